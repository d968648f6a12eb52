"""What serves people beside web frameworks: bots, sockets, pages that are scripts."""

from textwrap import dedent

import pytest

from nonevent import packs
from nonevent.facts import Mutation, Role
from nonevent.link.project import link
from nonevent.link.roles import markers
from nonevent.marker import Marker
from nonevent.readers import python
from nonevent.readers.interests import interests

MARKERS = markers(packs.load().shared("roles", Marker))
INTERESTS = interests(["streamlit.title", *MARKERS.registrations])


def changed(text: str) -> list[tuple[str, str]]:
    """Return each cell that is changed on behalf of somebody, and what is called for them."""
    facts = python.read("shop/bot.py", dedent(text), INTERESTS)
    return [
        (fact.target.name, reach.entry)
        for each in link([facts], MARKERS).files
        for fact in each.facts
        if isinstance(fact, Mutation) and fact.target is not None
        for reach in fact.reach
        if reach.role is Role.HANDLER
    ]


DECORATED = [
    ("slack_bolt", "slack_bolt.App()", "event('app_mention')"),
    ("slack_bolt.async_app", "slack_bolt.async_app.AsyncApp()", "command('/cart')"),
    ("discord.ext.commands", "discord.ext.commands.Bot('!')", "command()"),
    ("discord.ext.commands", "discord.ext.commands.Bot('!')", "tree.command()"),
    ("discord", "discord.Client()", "event"),
    ("aiogram", "aiogram.Router()", "message()"),
    ("aiogram", "aiogram.Dispatcher()", "message_handler()"),
    ("telebot", "telebot.TeleBot('t')", "message_handler()"),
    ("pyrogram", "pyrogram.Client('t')", "on_message()"),
    ("telethon", "telethon.TelegramClient('t')", "on(object)"),
    ("socketio", "socketio.AsyncServer()", "event"),
    ("socketio", "socketio.Server()", "on('message')"),
    ("klein", "klein.Klein()", "route('/cart')"),
    ("robyn", "robyn.Robyn(__file__)", "post('/cart')"),
    ("blacksheep", "blacksheep.Application()", "router.post('/cart')"),
    ("chalice", "chalice.Chalice('shop')", "route('/cart')"),
]


@pytest.mark.parametrize(("module", "made", "decorator"), DECORATED)
def test_what_a_server_of_messages_calls_is_a_handler(
    module: str, made: str, decorator: str
) -> None:
    text = f"""
        import {module}
        app = {made}
        carts = {{}}
        @app.{decorator}
        async def add(message, *rest):
            carts[message.user] = message
        def clear(message):
            carts[message.user] = None
        """
    assert changed(text) == [("carts", "add")]


REGISTERED = [
    ("from telegram.ext import CommandHandler", "CommandHandler('add', add)"),
    ("from telegram.ext import MessageHandler", "MessageHandler(None, callback=add)"),
    ("from telegram.ext import CallbackQueryHandler", "CallbackQueryHandler(add)"),
    ("import websockets", "websockets.serve(add, '', 80)"),
    ("from websockets.asyncio.server import serve", "serve(add, '', 80)"),
    ("import asyncio", "asyncio.start_server(add, '', 80)"),
    ("from nicegui import ui", "ui.button('Add', on_click=add)"),
    ("import gradio as gr", "gr.Timer(5).tick(add)"),
]


@pytest.mark.parametrize(("imported", "registered"), REGISTERED)
def test_what_is_handed_to_a_server_of_messages_is_a_handler(
    imported: str, registered: str
) -> None:
    text = f"""
        {imported}
        carts = {{}}
        def add(message, *rest):
            carts[message.user] = message
        {registered}
        """
    assert changed(text) == [("carts", "add")]


@pytest.mark.parametrize(
    ("imported", "base", "decorator", "method"),
    [
        ("import cherrypy", "object", "@cherrypy.expose", "add"),
        ("from discord.ext import commands", "commands.Cog", "@commands.command()", "add"),
        ("import discord", "discord.Client", "", "on_message"),
        ("import socketio", "socketio.AsyncNamespace", "", "on_add"),
        ("from twisted.web.resource import Resource", "Resource", "", "render_POST"),
    ],
)
def test_what_the_one_object_of_a_class_keeps_is_state(
    imported: str, base: str, decorator: str, method: str
) -> None:
    text = f"""
        {imported}
        class Carts({base}):
            def __init__(self):
                self.carts = {{}}
            {decorator}
            def {method}(self, message, *rest):
                self.carts[message.user] = message
            def _clear(self, message):
                self.carts[message.user] = None
        """
    assert changed(text) == [("Carts.carts", f"Carts.{method}")]


def test_a_request_has_its_own_object_of_a_view() -> None:
    text = """
        from django.views import View
        class Carts(View):
            def __init__(self):
                self.carts = {}
            def post(self, request):
                self.carts[request.user] = request
        """
    assert changed(text) == []


def test_a_page_of_streamlit_is_run_from_top_to_bottom_by_everybody() -> None:
    text = """
        import streamlit as st
        from shop import store
        seen = []
        def add(text):
            seen.append(text)  # made anew by the next run
            store.carts[text] = 1
        st.title("Cart")
        add(st.text_input("What"))
        """
    store = python.read("shop/store.py", "carts = {}\n", INTERESTS)
    page = python.read("shop/page.py", dedent(text), INTERESTS)

    found = [
        (fact.target.name, [(reach.role, reach.entry) for reach in fact.reach])
        for each in link([page, store], MARKERS).files
        for fact in each.facts
        if isinstance(fact, Mutation) and fact.target is not None
    ]
    assert found == [("carts", [(Role.HANDLER, "page.py")])]


def test_a_module_with_parts_of_pages_is_made_once() -> None:
    text = """
        import streamlit as st
        seen = []
        def show(text):
            seen.append(text)
            st.title(text)
        """
    assert changed(text) == [("seen", "show")]
