// What is sent of the page is small, and means what its source means.

import Testing

@testable import Service

extension ServiceTests {
@Suite struct PageTextTests {
    private func script(_ text: String) -> String { String(decoding: PageText.script(Array(text.utf8)), as: UTF8.self) }
    private func style(_ text: String) -> String { String(decoding: PageText.styleSheet(Array(text.utf8)), as: UTF8.self) }

    @Test func `all of the page weighs at most 150 KB, uncompressed, and half of that as browsers are sent it`() {
        #expect(PageFiles().bytes <= 150_000)
        #expect(PageFiles().compressedBytes <= 75_000)
    }

    @Test func `comments and blanks go, line ends stay where they may mean something`() {
        #expect(script("// why\n\nconst a = 1; // here\n/** what\n * for */\n  export function f(b, c) {\n    return b + c;\n}\n") == "const a=1;export function f(b,c){return b+c}")
        #expect(script("f(\n  a,\n  b,\n);\ng([\n  1,\n]);") == "f(a,b);g([1]);")
        #expect(script("x = a\n  ? b\n  : c;\ny = () =>\n  z\n  .map();") == "x=a?b:c;y=()=>z.map();")
        #expect(script("a\n++b") == "a\n++b", "a line end may end a statement")
        #expect(script("if (a) /* no */ b(); else\n\n\nc();") == "if(a)b();else\nc();")
    }

    @Test(arguments: [
        ("x = \"a // b  /* c */ 'd' \\\" e\"", "x=\"a // b  /* c */ 'd' \\\" e\""), ("x = 'it\\'s  // fine'", "x='it\\'s  // fine'"),
        ("x = `a  ${ f(\"}\", `b  ${ c }`, { d: 1 }) }  // e` + 1", "x=`a  ${ f(\"}\", `b  ${ c }`, { d: 1 }) }  // e`+1"),
        ("x = `${/[:\"]/.test(a) ? `\"${a}\"` : a} ` + b ; // c", "x=`${/[:\"]/.test(a) ? `\"${a}\"` : a} `+b;"),
        ("x.replace(/[/\"']  \\/\\/ /g, \"\")", "x.replace(/[/\"']  \\/\\/ /g,\"\")"), ("return /a  b/.test(c)", "return/a  b/.test(c)"),
        ("const r = /^#\\/?/, s = a / b / c", "const r=/^#\\/?/,s=a/ b/ c"), ("(a + b) / c; // \"", "(a+b)/ c;"),
        ("x = a + +b - -c", "x=a+ +b- -c"), ("typeof a in b", "typeof a in b"), ("f((a) => (b) => c, async (d) => e, () => g, (h, i) => j, ({ k }) => l, (m = 1) => n)", "f(a=>b=>c,async(d)=>e,()=>g,(h,i)=>j,({k})=>l,(m=1)=>n)"), ("const 甲 = 乙", "const 甲=乙"), ("for (const [a] of [1]) {}", "for(const[a]of[1]){}"),
    ])
    func `what is quoted is copied as it stands`(text: String, expected: String) {
        #expect(script(text) == expected)
        #expect(script(script(text)) == expected)
    }

    @Test func `a style sheet keeps the blanks that mean something`() {
        #expect(style("/* x */\n.a .b > c { color: red; width: calc(100% - 2rem); }\n.d:hover, e :focus { margin: 0 1px; }") == ".a .b>c{color:red;width:calc(100% - 2rem)}.d:hover,e :focus{margin:0 1px}")
        #expect(style("@media (max-width: 5em) and (hover) { a::before { content: \"a  /* ; } \"; } }") == "@media (max-width:5em) and (hover){a::before{content:\"a  /* ; } \"}}")
    }

    @Test func `what never ends is copied to the end`() {
        for text in ["\"a", "'a\\", "`a${", "`a${b", "/* a", "a = /b", "a = /[", "//", "\\"] {
            #expect(script(text).utf8.count <= text.utf8.count + 1)
            #expect(style(text).utf8.count <= text.utf8.count + 1)
        }
    }
}
}
