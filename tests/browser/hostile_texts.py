"""Texts that a page would run if it took them for anything but text. Each that runs sets `ran`, or asks for a dialog.

By the way in: tags, attributes, addresses, other languages inside HTML, templates, half-closed things, other alphabets.
"""

from typing import Final

_TAGS = (
    "<script>ran=1</script>",
    "<SCRIPT>ran=1</SCRIPT>",
    "<script >ran=1</script >",
    "<script/x>ran=1</script/x>",
    "<scr<script>ipt>ran=1</scr</script>ipt>",
    "<script src=data:text/javascript,ran=1></script>",
    "<script type=module>ran=1</script>",
    "<script>ran=1<!--",
    "</script><script>ran=1</script>",
    "</textarea><script>ran=1</script>",
    "</title><script>ran=1</script>",
    "</p></div></main><script>ran=1</script>",
)
_ATTRIBUTES = (
    "<img src=x onerror=ran=1>",
    "<img/src=x/onerror=ran=1>",
    "<img src=x onerror\n=ran=1>",
    "<IMG SRC=x ONERROR=alert(1)>",
    "<svg onload=ran=1>",
    "<svg><animate onbegin=ran=1 attributeName=x dur=1s>",
    "<svg><script>ran=1</script></svg>",
    "<body onload=ran=1>",
    "<details open ontoggle=ran=1>",
    "<input autofocus onfocus=ran=1>",
    "<video><source onerror=ran=1></video>",
    "<audio src onerror=ran=1>",
    "<marquee onstart=ran=1>",
    "<div onpointerenter=ran=1 style=position:fixed;inset:0>",
    "<dialog open oncancel=ran=1>",
    '" onmouseover="ran=1',
    "' autofocus onfocus='ran=1",
    "` onclick=ran=1 `",
    'x" style="background:url(//boese.invalid/)',
)
_ADDRESSES = (
    "javascript:ran=1",
    "JaVaScRiPt:ran=1",
    "java\tscript:ran=1",
    "data:text/html,<script>ran=1</script>",
    "<a href=javascript:ran=1>hier</a>",
    "[hier](javascript:ran=1)",
    "![x](x onerror=ran=1)",
    "<iframe src=javascript:ran=1></iframe>",
    "<iframe srcdoc='<script>parent.ran=1</script>'></iframe>",
    "<object data=javascript:ran=1></object>",
    "<embed src=javascript:ran=1>",
    "<form action=javascript:ran=1><button>ok</button></form>",
    "<base href=//boese.invalid/>",
    "<meta http-equiv=refresh content='0;url=javascript:ran=1'>",
    "<link rel=stylesheet href=//boese.invalid/x.css>",
    "https://boese.invalid/?<script>ran=1</script>",
)
_OTHER_LANGUAGES = (
    "<math><mtext><img src=x onerror=ran=1></mtext></math>",
    "<math href=javascript:ran=1>hier</math>",
    "<style>@import '//boese.invalid/x.css';</style>",
    "<noscript><p title='</noscript><img src=x onerror=ran=1>'>",
    "<template><script>ran=1</script></template>",
    "<!--><img src=x onerror=ran=1>-->",
    "<![CDATA[<script>ran=1</script>]]>",
    "<?xml version='1.0'?><script>ran=1</script>",
)
_TEMPLATES = (
    "{ran=1}",
    "{{constructor.constructor('ran=1')()}}",
    "{@html '<img src=x onerror=ran=1>'}",
    "${ran=1}",
    "#{ran=1}",
    "<%= ran=1 %>",
    "__proto__",
    "constructor",
)
_ALPHABETS = (
    "&lt;script&gt;ran=1&lt;/script&gt;",
    "&#60;script&#62;ran=1&#60;/script&#62;",
    "%3Cscript%3Eran=1%3C/script%3E",
    "\\u003cscript\\u003eran=1\\u003c/script\\u003e",
    "\uff1cscript\uff1eran=1\uff1c/script\uff1e",
    "<\u200bscript>ran=1</script>",
    "\u202e<script>ran=1</script>",
)

TEXTS: Final = (*_TAGS, *_ATTRIBUTES, *_ADDRESSES, *_OTHER_LANGUAGES, *_TEMPLATES, *_ALPHABETS)
