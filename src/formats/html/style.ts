/** The page's stylesheet. Colours are variables in two themes; data colours follow Okabe and Ito. */
export const STYLE = `
:root{--paper:#fdfdfb;--panel:#f5f5f1;--ink:#1a1c1e;--soft:#54585d;--line:#dcdcd5;--line2:#8a8d90;--link:#00568a;
--mark:#ffe9a8;--marktext:#1a1c1e;--shared:#ffe3a1;--different:#cfe6f7;
--verified:#00674a;--within:#00568a;--contradicted:#a83a00;--undetermined:#765200;--unverifiable:#7a3f66;--unchecked:#54585d;
--c0:#0072b2;--c1:#e69f00;--c2:#009e73;--c3:#cc79a7;--c4:#56b4e9;--c5:#d55e00;--c6:#b9a900;--c7:#6b6f74;--crest:#b5b7b9;--heat:#0072b2;--track:#e6e6e0;--onDeep:#fff;--onRest:#111;
--serif:Charter,"Bitstream Charter","Source Serif 4","Iowan Old Style","Palatino Linotype",Palatino,P052,Georgia,serif;
--sans:Inter,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
--mono:ui-monospace,"SF Mono",SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;color-scheme:light}
@media (prefers-color-scheme:dark){:root:not([data-theme=light]){DARK}}
:root[data-theme=dark]{DARK}
*{box-sizing:border-box}
html{scroll-padding-top:1rem;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:400 1rem/1.55 var(--sans);font-feature-settings:"tnum" 0}
a{color:var(--link);text-decoration-thickness:1px;text-underline-offset:.18em}
a:hover{text-decoration-thickness:2px}
:focus-visible{outline:3px solid var(--c1);outline-offset:2px;border-radius:2px}
code,.hash,.id,.place,pre{font-family:var(--mono);font-size:.86em;overflow-wrap:anywhere}
.sr,.skip:not(:focus){position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip:focus{position:fixed;top:.5rem;left:.5rem;z-index:9;background:var(--paper);padding:.5rem 1rem}
.symbols{position:absolute;width:0;height:0}
.icon{width:1em;height:1em;vertical-align:-.13em;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round;margin-right:.35em;flex:none}
.muted,.none,.showing,.absent{color:var(--soft)}
.num,.nowrap{white-space:nowrap}
.frame{max-width:76rem;margin:0 auto;padding:2.5rem clamp(1rem,4vw,3rem) 4rem}
.top-strip{border-bottom:1px solid var(--line);padding-bottom:1.5rem}
.kicker{margin:0;font-size:.875rem;color:var(--soft)}
h1{font:600 clamp(2rem,5vw,3rem)/1.1 var(--serif);margin:.25rem 0 .5rem;overflow-wrap:anywhere;letter-spacing:-.01em}
h2{font:600 1.75rem/1.2 var(--serif);margin:0 0 1rem;letter-spacing:-.005em}
h3{font:600 1.0625rem/1.35 var(--sans);margin:2rem 0 .6rem}
h4{font:600 .9375rem/1.35 var(--sans);margin:1.25rem 0 .4rem}
p{margin:.5rem 0 1rem;max-width:68ch}
.scale{font:400 1.1875rem/1.4 var(--serif);margin:0 0 1.25rem}
.scale span{color:var(--soft)}
.identity{display:grid;grid-template-columns:minmax(0,1fr);gap:.3rem;margin:0;font-size:.9375rem}
.identity div{display:grid;grid-template-columns:8.5rem minmax(0,1fr);gap:1rem}
dt{color:var(--soft)}dd{margin:0;min-width:0;overflow-wrap:anywhere}
.contents{margin-top:1.5rem;font-size:.875rem}
.contents ol{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:.2rem 1.1rem}
.contents a{color:var(--ink);text-decoration:none;display:inline-flex;gap:.4rem;min-height:1.75rem;align-items:center}
.contents a:hover span:first-child{text-decoration:underline}
.contents .aside{color:var(--soft);white-space:nowrap;font-variant-numeric:tabular-nums}
section{padding-top:3.25rem}
section>h2 .anchor,.anchor{color:inherit;text-decoration:none}
.anchor:hover{text-decoration:underline}
.headline{font:400 clamp(1.375rem,3.2vw,2rem)/1.3 var(--serif);max-width:42ch;margin:.25rem 0 1.75rem;text-wrap:balance}
.tiles{list-style:none;margin:0 0 2rem;padding:0;display:grid;grid-template-columns:repeat(4,minmax(0,1fr));border-top:2px solid var(--ink)}
.tiles li{border-bottom:1px solid var(--line)}
.tiles a{display:flex;flex-direction:column;height:100%;padding:.9rem .8rem .9rem 0;color:var(--ink);text-decoration:none}
.tiles a:hover .word{text-decoration:underline}
.tiles .figure{font:400 2.5rem/1 var(--serif);font-variant-numeric:lining-nums}
.tiles .word{font-weight:600;font-size:.9375rem;line-height:1.3;margin:.45rem 0 .1rem;display:flex;align-items:flex-start;color:var(--v)}.tiles .icon{margin-top:.16em}
.tiles .figure{color:var(--v)}
.tiles .meaning{font-size:.8125rem;line-height:1.35;color:var(--soft)}
.tiles .zero .figure{color:var(--soft)}
.tiles .gap .word,.tiles .gap .figure{color:var(--ink)}
.v-verified{--v:var(--verified)}.v-within-tolerance{--v:var(--within)}.v-contradicted{--v:var(--contradicted)}
.v-undetermined{--v:var(--undetermined)}.v-not-verifiable{--v:var(--unverifiable)}.v-not-checked{--v:var(--unchecked)}
.verdict{color:var(--v);font-weight:600;white-space:nowrap}
.lead.v-contradicted{color:var(--v)}
.severity{display:inline-block;font-size:.8125rem;line-height:1.3;padding:.05rem .5rem;border:1px solid var(--line2);border-radius:1rem;color:var(--soft);white-space:nowrap}
.s-critical,.s-high{color:var(--contradicted);border-color:currentColor;font-weight:600}
.s-critical{background:var(--contradicted);color:var(--paper)}
.s-medium{color:var(--undetermined);border-color:currentColor}
.top{list-style:none;padding:0;margin:0;border-top:1px solid var(--line)}
.top li{padding:.7rem 0;border-bottom:1px solid var(--line)}
.top .message{display:block;margin-top:.15rem;overflow-wrap:anywhere;max-width:80ch}
.scroll{overflow-x:auto;margin:.5rem 0 1rem}
table{border-collapse:collapse;font-size:.9375rem;min-width:100%;font-variant-numeric:tabular-nums}
caption{text-align:left;font-weight:600;font-size:1.0625rem;padding:1.25rem 0 .5rem}
caption span{display:block;position:sticky;left:0;width:fit-content;max-width:calc(100vw - 2.5rem)}
th,td{text-align:left;vertical-align:top;padding:.5rem .9rem .5rem 0;border-bottom:1px solid var(--line)}
th:last-child,td:last-child{padding-right:.25rem}
thead th{font-weight:500;color:var(--soft);font-size:.8125rem;vertical-align:bottom;border-bottom:1px solid var(--line2);white-space:nowrap}
tbody th{font-weight:500;overflow-wrap:break-word;min-width:9rem;max-width:28rem}
td{max-width:30rem;overflow-wrap:break-word}
tfoot th,tfoot td{border-top:1px solid var(--line2);border-bottom:0;font-weight:600}
.n{text-align:right;white-space:nowrap}
thead th.breaks{white-space:normal}
th.n{padding-left:.9rem}td.n{padding-left:.9rem}
thead button{text-align:inherit;font:inherit;color:inherit;background:none;border:0;padding:0;cursor:pointer;min-height:1.5rem}
thead button:hover{color:var(--ink);text-decoration:underline}
thead button{position:relative}[aria-sort] button{color:var(--ink);font-weight:600}
[aria-sort] button::after{position:absolute;right:-.85em}[aria-sort=ascending] button::after{content:"↑"}[aria-sort=descending] button::after{content:"↓"}
.hash{font-size:.75rem}td .hash{display:inline-block;min-width:16ch}
.cellbar{display:block;width:5rem;height:4px;margin:.35rem 0 0 auto}
.track{fill:var(--track)}
HEATS
.facts{margin:.5rem 0 1rem}
.facts>div{display:grid;grid-template-columns:9rem minmax(0,1fr);gap:1rem;padding:.35rem 0;border-bottom:1px solid var(--line)}
.json{margin:0;padding-left:1.1rem}.json .json{padding-left:1.1rem}.json li{overflow-wrap:anywhere}
ul.json{list-style:none;padding-left:0}ul.json ul.json,ol.json ul.json{padding-left:1.1rem}
.key{color:var(--soft)}
q{font-family:var(--serif);font-style:italic}
details{margin:.25rem 0}
summary{cursor:pointer;padding:.45rem 0;overflow-wrap:anywhere}
summary:hover{text-decoration:underline}
.claim{border-bottom:1px solid var(--line);margin:0}
.claim>summary{padding:.65rem 0}
.claim[open]{padding-bottom:1rem}
.claim-id{font-weight:600;overflow-wrap:anywhere}
.because{font:400 1.125rem/1.5 var(--serif);max-width:62ch}
.bullet{display:block;max-width:none}
.axis{stroke:var(--line2)}.band{fill:var(--heat);fill-opacity:.25}.bullet .tick,.histogram .tick{stroke:var(--ink);stroke-width:2}
.bullet .in{fill:var(--verified)}.bullet .out{fill:var(--paper);stroke:var(--contradicted);stroke-width:3}
.rule,.cards,.more,.data{border-bottom:1px solid var(--line)}
.rule-name{font-weight:500}
.rule .card{margin-left:.9rem}
li:target,.card:target,.claim:target,.rule:target{box-shadow:-.9rem 0 var(--paper),calc(-.9rem - 3px) 0 var(--c1)}
.card{border-bottom:1px solid var(--line);overflow-wrap:anywhere;margin:0;padding-left:1.1rem}
.card>summary{padding:.6rem 0;margin-left:-1.1rem}.card[open]{padding-bottom:.75rem}
.card .message{font-weight:500}.card .brief{color:var(--soft);font-size:.875rem;display:block;padding-left:1.1rem}
.card .meta{margin:0 0 .25rem;display:flex;flex-wrap:wrap;gap:.3rem .75rem;align-items:center;font-size:.875rem}
.tag{color:var(--soft)}
.sides{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr));gap:1rem 1.75rem;margin:.75rem 0}
.side{min-width:0}
.side-title{margin:0 0 .35rem;font-size:.875rem;overflow-wrap:anywhere}
blockquote{margin:0;padding:.75rem .9rem;background:var(--panel);font:400 1rem/1.6 var(--serif);white-space:pre-wrap;overflow-wrap:anywhere;max-height:24rem;overflow-y:auto;border-radius:3px}
mark{color:var(--marktext);background:var(--shared);text-decoration:underline;text-decoration-thickness:1px;text-underline-offset:.2em;padding:.05em 0;border-radius:1px}
.different mark{background:var(--different)}
mark::before,mark::after{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
mark::before{content:" [marked: "}mark::after{content:" end] "}
figure{margin:1.5rem 0}
figcaption{font-weight:600;font-size:1.0625rem;margin-bottom:.6rem;overflow-wrap:anywhere}
.chart svg text{fill:var(--soft);font:400 .75rem var(--sans)}
.multiples{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,12rem),1fr));gap:0 1.5rem}
.multiples figcaption{font-size:.9375rem;font-weight:500;margin-bottom:.25rem}.multiples figure{margin:.75rem 0}.multiples .data{font-size:.8125rem;border:0}
.histogram{width:100%;max-width:26rem;height:auto;display:block}
.sizes{width:100%;max-width:44rem;height:auto;display:block}
.scroll-inner{overflow-x:auto}
.flow{display:block;width:100%;min-width:36rem;max-width:60rem;height:auto}
.chart .flow text{font-size:.8125rem;fill:var(--ink)}.chart .flow .sub{fill:var(--soft)}
.flow .band{fill:none;stroke-opacity:.45;transition:none}.node{fill:var(--ink)}
.grid{stroke:var(--line)}
.whisker{stroke:var(--c0);stroke-width:2}
.stacked-row,.interval-row{display:grid;grid-template-columns:minmax(5rem,10rem) minmax(0,1fr);gap:1rem;align-items:center;margin:.3rem 0;font-size:.875rem}
.interval-row{grid-template-columns:minmax(6rem,15rem) minmax(0,1fr) 4rem}
.interval-row .value{text-align:right;font-variant-numeric:tabular-nums}.label{overflow-wrap:anywhere}
.stack{width:100%;height:2.1rem;display:block}.interval{width:100%;height:1.6rem;display:block;overflow:visible}
.chart .stack text{font-size:.8125rem;fill:#000}
.chart .stack .on-c0,.chart .stack .on-c7{fill:var(--onDeep)}.chart .stack .on-c-rest{fill:var(--onRest)}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.3rem 1.25rem;padding:0;margin:.6rem 0;font-size:.875rem}
.legend li{display:flex;align-items:center;gap:.45rem;overflow-wrap:anywhere}
.swatch{width:.85rem;height:.85rem;flex:none}
.c0{fill:var(--c0)}.c1{fill:var(--c1)}.c2{fill:var(--c2)}.c3{fill:var(--c3)}.c4{fill:var(--c4)}.c5{fill:var(--c5)}.c6{fill:var(--c6)}.c7{fill:var(--c7)}.c-rest{fill:var(--crest)}
.s0{stroke:var(--c0)}.s1{stroke:var(--c1)}.s2{stroke:var(--c2)}.s3{stroke:var(--c3)}.s4{stroke:var(--c4)}.s5{stroke:var(--c5)}.s6{stroke:var(--c6)}.s7{stroke:var(--c7)}
.command{background:var(--panel);padding:.9rem 1rem;overflow-x:auto;border-radius:3px;white-space:pre-wrap}
.tools{display:flex;flex-wrap:wrap;gap:.6rem;align-items:center;margin:.25rem 0 .5rem;font-size:.875rem}
.tools input,.bar input,.bar button{font:inherit;color:inherit;background:var(--paper);border:1px solid var(--line2);border-radius:3px;padding:.3rem .55rem;min-height:2rem;max-width:100%}
.bar{display:flex;flex-wrap:wrap;gap:.6rem;align-items:center;margin-top:1rem;font-size:.875rem}
.bar button,.copy{cursor:pointer}.bar button[aria-pressed=true]{border-color:var(--ink);font-weight:600}
.copy{font:inherit;font-size:.8125rem;color:var(--soft);background:none;border:0;padding:.2rem .3rem;min-height:1.5rem;min-width:1.5rem}
.copy:hover{color:var(--ink);text-decoration:underline}
.foot{margin-top:4rem;border-top:1px solid var(--line);font-size:.875rem;color:var(--soft)}
[hidden]{display:none!important}
@media (max-width:46rem){
.frame{padding-top:1.25rem}
.identity div,.facts>div{grid-template-columns:minmax(0,1fr);gap:0}
.tiles{grid-template-columns:repeat(2,minmax(0,1fr))}.tiles .gap{grid-column:1/-1}
.stacked-row{grid-template-columns:minmax(0,1fr);gap:.15rem}
.stacked thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.stacked,.stacked tbody,.stacked tr,.stacked th,.stacked td{display:block;max-width:none;width:100%}
.stacked tr{padding:.8rem 0;border-bottom:1px solid var(--line)}
.stacked th,.stacked td{border:0;padding:.1rem 0;text-align:left;white-space:normal}
.stacked td[data-h]::before{content:attr(data-h);color:var(--soft);font-size:.8125rem;display:inline-block;min-width:7rem;margin-right:.5rem}
.stacked .none,.stacked td:empty{display:none}
.interval-row{grid-template-columns:minmax(0,1fr) 3.5rem}.interval-row .label{grid-column:1/-1}.axis-row .label{display:none}
}
@media (min-width:60rem){.top-strip{position:relative}.bar{position:absolute;top:0;right:0;margin:0}.tiles{grid-template-columns:repeat(7,minmax(0,1fr))}.tiles a{padding-right:.3rem}.tiles .word{font-size:.8125rem}}
@media (min-width:80rem){
.frame{display:grid;grid-template-columns:13rem minmax(0,1fr);gap:0 3.5rem;max-width:92rem}
.top-strip,.foot{grid-column:1/-1}
.contents{position:sticky;top:1.5rem;align-self:start;margin-top:3.5rem;max-height:calc(100vh - 3rem);overflow-y:auto}
.contents ol{flex-direction:column;gap:0}.contents a{display:flex;justify-content:space-between;gap:.75rem;padding:.1rem 0}
}
@media (prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
@media (forced-colors:active){.c0,.c1,.c2,.c3,.c4,.c5,.c6,.c7,.band{forced-color-adjust:none}mark{forced-color-adjust:none}}
@media print{
:root{--paper:#fff;--panel:#fff;--ink:#000;--soft:#444;--line:#bbb}
body{font-size:9.5pt}.frame{display:block;padding:0;max-width:none}.contents,.bar,.tools,.copy,.skip{display:none}
details:not(.data,.json-evidence,.rule,.more)::details-content{content-visibility:visible;display:block}.data,.json-evidence{display:none}
section{padding-top:1.5rem}h2,h3,h4,caption,figcaption,summary{break-after:avoid}
tr,.card,figure,.tiles li,.findings li{break-inside:avoid}.scroll{overflow:visible}blockquote{max-height:none;border:1px solid #bbb}
table{font-size:8.5pt}thead{display:table-header-group}a{color:inherit}
@page{margin:16mm 14mm}
}
`
  .replaceAll(
    'DARK',
    `--paper:#141618;--panel:#1e2124;--ink:#e9e8e4;--soft:#a9adb1;--line:#33373b;--line2:#73787d;--link:#7cc4f2;
--marktext:#16181a;--shared:#f2c14e;--different:#8cc8f0;
--verified:#4fd0a5;--within:#7cc4f2;--contradicted:#ff9a63;--undetermined:#f0bd4a;--unverifiable:#e2a8cd;--unchecked:#a9adb1;
--c0:#4aa8dc;--c2:#2fbf93;--c7:#9a9ea3;--crest:#5b6065;--heat:#4aa8dc;--track:#2b2f33;--onDeep:#111;--onRest:#fff;color-scheme:dark`,
  )
  .replace(
    'HEATS',
    Array.from(
      { length: 9 },
      (_, step) => `.h${step}{background:color-mix(in srgb,var(--heat) ${step * 6}%,transparent)}`,
    ).join(''),
  )
  .trim()
