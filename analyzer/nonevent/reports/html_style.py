"""The style of HTML reports: one sheet for light and dark, screen, phone and paper."""

__all__ = ["STYLE"]

# Each colour of the map is named by a number beside it, and holds apart in grey: no meaning hangs
# on a colour alone.
STYLE = """\
:root{color-scheme:light dark;
--ink:light-dark(#1b1d22,#e8e6e1);--soft:light-dark(#55585f,#a9adb5);
--paper:light-dark(#fcfbf9,#16181c);--line:light-dark(#d9d6d0,#3a3e46);
--code:light-dark(#f1efea,#20242b);--mark:light-dark(#fbe3df,#4a2523);
--s0:light-dark(#d3e6d8,#234233);--s1:light-dark(#f0e7bf,#4b4420);
--s2:light-dark(#f3c99b,#643f1a);--s3:light-dark(#ec9f97,#7c2a26);--link:light-dark(#0b57a4,#8ab8f0)}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);
font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main,header,footer{max-width:62rem;margin:0 auto;padding:0 1.25rem}
h1{font-size:1.6rem;line-height:1.25;margin:2rem 0 .25rem}
h2{font-size:1.15rem;margin:2.5rem 0 .5rem}
h3{font-size:1rem;margin:1.25rem 0 .25rem}
p{margin:.35rem 0}a{color:var(--link)}
.soft,small{color:var(--soft)}small{font-size:.85rem}
.verdict{display:flex;flex-wrap:wrap;gap:.5rem 2rem;align-items:center;margin:1.25rem 0;
padding:1rem 0;border-top:1px solid var(--line);border-bottom:1px solid var(--line)}
.score{font-size:3.4rem;line-height:1;font-weight:700;font-variant-numeric:tabular-nums}
.verdict div{flex:1 1 18rem}.verdict .figure{flex:0 0 auto}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.93rem}
th,td{text-align:left;padding:.4rem .75rem .4rem 0;border-bottom:1px solid var(--line);
vertical-align:top;overflow-wrap:anywhere}
th{font-weight:600}th[scope=col]{white-space:nowrap;overflow-wrap:normal}
.fixed{table-layout:fixed}.fixed th:nth-child(1){width:38%}.fixed th:nth-child(3){width:5rem}
.fixed th:nth-child(4){width:11rem}.fixed th.group{width:auto;padding-top:1.2rem}
th.group{font-size:1rem}th.group p{font-weight:400;font-size:.85rem;margin:.1rem 0}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.86em}
pre{background:var(--code);padding:.6rem .75rem;overflow-x:auto;line-height:1.45;margin:.4rem 0}
pre b{font-weight:400;background:var(--mark)}
.map{width:100%;height:auto;display:block;margin:.5rem 0}
.map text{fill:var(--ink);font-size:13px}.map .name{font-weight:600}
.map a:focus-visible rect{stroke:var(--ink);stroke-width:3}
.s0{fill:var(--s0)}.s1{fill:var(--s1)}.s2{fill:var(--s2)}.s3{fill:var(--s3)}
.key span{display:inline-block;color:var(--ink);
padding:0 .6rem;margin-right:.4rem;border-radius:.2rem}
.key .s0{background:var(--s0)}.key .s1{background:var(--s1)}
.key .s2{background:var(--s2)}.key .s3{background:var(--s3)}
details{border-bottom:1px solid var(--line);padding:.5rem 0}
summary{cursor:pointer}summary h3{display:inline;font-size:1rem}
.place{margin:1rem 0}
ul.chain{margin:.2rem 0;padding-left:1.2rem}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem}
footer{margin:3rem auto 2rem;color:var(--soft);font-size:.85rem}
@media (max-width:40rem){.map,.wide{display:none}.fixed th:nth-child(1){width:45%}
main,header,footer{padding:0 1rem}}
@media print{:root{color-scheme:light}body{font-size:11pt}h2{break-after:avoid}
details::details-content{content-visibility:visible;height:auto}pre,tr{break-inside:avoid}
.scroll{overflow:visible}.skip{display:none}a{color:inherit}}
"""
