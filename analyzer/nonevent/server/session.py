"""What a client has open, and which project each file is of."""

import os
from collections.abc import Sequence
from typing import NamedTuple

from nonevent.options import Given
from nonevent.server.buffers import Buffer, opened, typed
from nonevent.server.project import Project

__all__ = ["Document", "Session"]


class Document(NamedTuple):
    """An open file."""

    uri: str  # as the client writes it
    project: Project
    path: str  # relative to the project's folder
    buffer: Buffer


class Session:
    """The folders of a workspace and the files that are open."""

    def __init__(self, given: Given) -> None:
        """Begin with no folder; `given` is what the command line says."""
        self._given = given
        self._projects: dict[str, Project] = {}  # by folder
        self.documents: dict[str, Document] = {}  # by URI

    def serve(self, folders: Sequence[str]) -> None:
        """Take these folders for the workspace; open files are sorted into them anew."""
        known = self._projects
        self._projects = {
            folder: known.get(folder) or Project(folder, self._given) for folder in folders
        }
        for uri, document in list(self.documents.items()):
            file = os.path.join(document.project.root, document.path)
            project = self._project(file)
            path = project.path_of(file)
            self.documents[uri] = document._replace(project=project, path=path)

    def open(self, uri: str, file: str, text: str, version: int) -> Document:
        """Take the text of a file that was opened."""
        project = self._project(file)
        document = Document(uri, project, project.path_of(file), opened(text, version))
        self.documents[uri] = document
        return document

    def change(self, uri: str, text: str, version: int) -> Document | None:
        """Take the text of a file as it is now; None where it is not known to be open."""
        document = self.documents.get(uri)
        if document is None:
            return None
        buffer = typed(document.path, text, version, document.buffer)
        document = self.documents[uri] = document._replace(buffer=buffer)
        return document

    def save(self, uri: str) -> Document | None:
        """Take the text of a file for whole, since it is on disk; None where it is not open."""
        document = self.documents.get(uri)
        if document is None:
            return None
        buffer = opened(document.buffer.text, document.buffer.version)
        document = self.documents[uri] = document._replace(buffer=buffer)
        document.project.forget()
        return document

    def close(self, uri: str) -> Document | None:
        """Let go of a file."""
        return self.documents.pop(uri, None)

    def of(self, project: Project) -> list[Document]:
        """Return the open files of a project."""
        return [each for each in self.documents.values() if each.project is project]

    def projects(self) -> list[Project]:
        """Return the projects that have an open file."""
        return list(dict.fromkeys(each.project for each in self.documents.values()))

    def _project(self, file: str) -> Project:
        """Return the innermost folder of the workspace that holds a file, or one of its own."""
        holding = [each for each in self._projects.values() if each.path_of(file)]
        if holding:
            return max(holding, key=lambda each: len(each.root))
        folder, name = os.path.split(file)
        return Project(folder, self._given, alone=name)
