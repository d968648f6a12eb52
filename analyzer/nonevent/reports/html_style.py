"""The style of HTML reports: one sheet for light and dark, screen, phone and paper."""

__all__ = ["STYLE"]

# Each colour of the map is named by a number beside it, and holds apart in grey: no meaning hangs
# on a colour alone. Lines of a chart differ by their dashes as well.
STYLE = """\
:root{color-scheme:light dark;
--ink:light-dark(#1b1d22,#e8e6e1);--soft:light-dark(#55585f,#a9adb5);
--paper:light-dark(#fcfbf9,#16181c);--line:light-dark(#dedbd5,#343840);
--code:light-dark(#f3f1ec,#1f2329);--mark:light-dark(#fbe3df,#4a2523);
--s0:light-dark(#d3e6d8,#234233);--s1:light-dark(#f0e7bf,#4b4420);
--s2:light-dark(#f3c99b,#643f1a);--s3:light-dark(#ec9f97,#7c2a26);--link:light-dark(#0b57a4,#8ab8f0);
--a:light-dark(#1b1d22,#e8e6e1);--b:light-dark(#0b57a4,#8ab8f0);
--c:light-dark(#9a3412,#f0a878);--d:light-dark(#226b43,#86c9a2)}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);
font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main,header,footer{max-width:62rem;margin:0 auto;padding:0 1.25rem}
h1{font-size:1.7rem;line-height:1.25;margin:2.25rem 0 .25rem}
h2{font-size:1.2rem;line-height:1.3;margin:3rem 0 .6rem}
h3{font-size:1rem;margin:1.25rem 0 .25rem}
h1,h2,h3,p,summary{overflow-wrap:anywhere}p{margin:.35rem 0}a{color:var(--link)}
.soft,small,.lead{color:var(--soft)}small{font-size:.85rem;font-weight:400}
.verdict{display:flex;flex-wrap:wrap;gap:1rem 2.25rem;align-items:center;margin:1.5rem 0 0;
padding:1.25rem 0;border-top:1px solid var(--line);border-bottom:1px solid var(--line)}
.score{font-size:3.6rem;line-height:1;font-weight:700;font-variant-numeric:tabular-nums}
.verdict div{flex:1 1 20rem}.verdict .figure{flex:0 0 auto}.score.small{font-size:2.2rem}
th.file{font-weight:400;padding-top:.9rem;color:var(--soft);font-size:.88rem}
.steps th:nth-child(2){width:5.5rem}.steps th:nth-child(3){width:8.5rem}
.steps th:nth-child(4){width:7rem}.steps .fixed thead th:last-child{width:8rem}
.changes th:nth-child(2){width:7rem}.changes th:nth-child(3){width:10.5rem}
.changes th:nth-child(4){width:4.5rem}.changes .fixed thead th:last-child{width:13rem}
.why{font-size:.88rem;margin-top:.2rem}td.hot{font-weight:600}
.pair{display:flex;flex-wrap:wrap;gap:1rem 2.5rem;align-items:flex-start}
.pair .scroll{flex:1 1 18rem}.square{width:20rem;max-width:100%;flex:0 0 auto}
.square text{fill:var(--soft);font-size:12px}.square line{stroke:var(--soft)}
.figure p{color:var(--soft)}
.said{font-size:1.1rem}.verdict details{border:0;padding:.2rem 0 0}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.93rem}
th,td{text-align:left;padding:.42rem 1rem .42rem 0;border-bottom:1px solid var(--line);
vertical-align:top;overflow-wrap:anywhere}
th:last-child,td:last-child{padding-right:.25rem}
th{font-weight:600}thead th{white-space:nowrap;overflow-wrap:normal;color:var(--soft);
font-size:.85rem}
.fixed{table-layout:fixed}#held .fixed thead th:last-child{width:6.5rem}
th.group{font-size:1rem;padding-top:1.4rem}
th.group p{font-weight:400;font-size:.88rem;margin:.15rem 0 0}
.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.tag{display:inline-block;padding:0 .5rem;border-radius:.25rem;font-size:.85rem;line-height:1.5}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.86em}
pre{background:var(--code);padding:.6rem .75rem;overflow-x:auto;line-height:1.45;margin:.4rem 0;
border-radius:.25rem}
pre b{font-weight:400;background:var(--mark)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.3rem 1.25rem;margin:.5rem 0}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
figure{margin:.5rem 0}figcaption{color:var(--soft)}
.map,.chart{width:100%;height:auto;display:block;margin:.5rem 0}
.map text{fill:var(--ink);font-size:13px}.map .name{font-weight:600}
.map a:focus-visible rect,.map a:hover rect{stroke:var(--ink);stroke-width:2}
.spark{width:16rem;max-width:100%;height:auto;flex:0 1 auto}
.chart text,.spark text{fill:var(--soft);font-size:12px;font-variant-numeric:tabular-nums}
.chart line{stroke:var(--line);stroke-width:1}
.line{fill:none;stroke:var(--ink);stroke-width:2;stroke-linejoin:round}
.spark circle,circle.a{fill:var(--a)}circle.b{fill:var(--b)}circle.c{fill:var(--c)}
circle.d{fill:var(--d)}circle.range{fill:var(--ink)}
.line.a{stroke:var(--a)}.line.b{stroke:var(--b);stroke-dasharray:7 3}
.line.c{stroke:var(--c);stroke-dasharray:2 3}.line.d{stroke:var(--d);stroke-dasharray:9 3 2 3}
.tiny{width:5.25rem;height:1.5rem;vertical-align:middle}tr.sum th,tr.sum td{font-weight:600}
.bar{width:4.5rem;height:.5rem;margin-left:.6rem;vertical-align:middle}.rest{fill:var(--code)}
.s0{fill:var(--s0)}.s1{fill:var(--s1)}.s2{fill:var(--s2)}.s3{fill:var(--s3)}
.key span{display:inline-block;padding:0 .6rem;margin-right:.4rem;border-radius:.25rem;
font-size:.85rem}
span.s0{background:var(--s0)}span.s1{background:var(--s1)}
span.s2{background:var(--s2)}span.s3{background:var(--s3)}
details{border-bottom:1px solid var(--line);padding:.55rem 0}
summary{cursor:pointer}summary h3{display:inline;font-size:1rem}
.place{margin:1.1rem 0}
ul.chain{margin:.2rem 0;padding-left:1.2rem}ul,ol{padding-left:1.4rem}li{overflow-wrap:anywhere}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem}
footer{margin:3rem auto 2rem;color:var(--soft);font-size:.85rem}
@media (max-width:40rem){.wide,.bar,.fixed thead{display:none}
.fixed,.fixed tbody,.fixed tr,.fixed th,.fixed td:not(.wide){display:block}
.fixed td{border:0;padding:.1rem 0;text-align:left}.fixed tr{border-bottom:1px solid var(--line);
padding:.35rem 0}.fixed th{border:0}.fixed th.group{padding-top:1rem}
.steps td:nth-child(3)::before{content:"Lock: "}
.steps td:nth-child(4)::before{content:"Waits for it: "}
thead th{white-space:normal}th,td{padding-right:.6rem}main,header,footer{padding:0 1rem}
.verdict .figure,.verdict div{flex:1 1 100%}dl{grid-template-columns:1fr}dd{margin-bottom:.4rem}}
@media print{:root{color-scheme:light;--paper:#fff}body{font-size:10.5pt}
h2,h3,.group,.file{break-after:avoid}figure,.pair{break-inside:avoid}
details::details-content{content-visibility:visible;height:auto}pre,tr,svg{break-inside:avoid}
main,header,footer{max-width:none;padding:0}.scroll{overflow:visible}.skip{display:none}
a{color:inherit;text-decoration:none}*{print-color-adjust:exact}}
"""
