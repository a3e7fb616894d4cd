// Foldings that neither NFKC_Casefold nor ICU's traditional-simplified table makes, chosen by hand.

enum FoldChoices {
    /// Applied before NFKC_Casefold. Keys are single code points, values too.
    static let own: [UInt32: UInt32] = {
        var own: [UInt32: UInt32] = [:]
        for (target, sources) in marks {
            for source in sources { own[source] = target }
        }
        for pair in radicals.split(separator: " ") + variants.split(separator: " ") {
            let characters = pair.unicodeScalars.map(\.value)
            precondition(characters.count == 2, "pairs of one character each: \(pair)")
            own[characters[0]] = characters[1]
        }
        return own
    }()

    private static let marks: [(UInt32, [UInt32])] = [
        // Blanks that NFKC leaves: OGHAM SPACE MARK, and U+E5E5 where GBK's second full-width blank lands.
        (0x20, [0x1680, 0xE5E5]),
        // Quotation marks “ ” „ ‟ 「 」 『 』 〝 〞 〟 and ‘ ’ ‚ ‛
        (0x22, [0x201C, 0x201D, 0x201E, 0x201F, 0x300C, 0x300D, 0x300E, 0x300F, 0x301D, 0x301E, 0x301F]),
        (0x27, [0x2018, 0x2019, 0x201A, 0x201B]),
        // Hyphens, dashes, minus; the fraction slash of ½; the wave dash; middle dots.
        (0x2D, [0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212]),
        (0x2F, [0x2044, 0x2215]),
        (0x7E, [0x301C]),
        (0xB7, [0x2022, 0x2027, 0x30FB, 0x2219, 0x22C5]),
    ]

    /// CJK Radicals Supplement U+2E80–2EF3 to the ideograph each looks like, from the character names (C-SIMPLIFIED
    /// SEE is 见). U+2E9F and U+2EF3 are NFKC's. OCR and PDF text layers write these for whole characters.
    private static let radicals = """
        ⺁厂 ⺂乛 ⺃乚 ⺄乙 ⺅亻 ⺆冂 ⺇几 ⺈刀 ⺉刂 ⺊卜 ⺋㔾 ⺌小 ⺍小 ⺎兀 ⺏尣 ⺐尢 ⺑尢 ⺒巳 ⺓幺 ⺔彑 ⺕彐 \
        ⺖忄 ⺗㣺 ⺘扌 ⺙攵 ⺛旡 ⺜日 ⺝月 ⺞歺 ⺠民 ⺡氵 ⺢氺 ⺣灬 ⺤爫 ⺥爫 ⺦丬 ⺧牛 ⺨犭 ⺩王 ⺪疋 ⺫罒 ⺬示 \
        ⺭礻 ⺮竹 ⺯糹 ⺰纟 ⺱罓 ⺲罒 ⺳㓁 ⺴网 ⺵网 ⺶羊 ⺷羊 ⺸羊 ⺹耂 ⺺肀 ⺻聿 ⺼肉 ⺽臼 ⺾艹 ⺿艹 ⻀艹 ⻁虎 \
        ⻂衤 ⻃覀 ⻄西 ⻅见 ⻆角 ⻇角 ⻈讠 ⻉贝 ⻊足 ⻋车 ⻌辶 ⻍辶 ⻎辶 ⻏阝 ⻐钅 ⻑长 ⻒镸 ⻓长 ⻔门 ⻕阜 ⻖阝 \
        ⻗雨 ⻘青 ⻙韦 ⻚页 ⻛风 ⻜飞 ⻝食 ⻞食 ⻟饣 ⻠饣 ⻡首 ⻢马 ⻣骨 ⻤鬼 ⻥鱼 ⻦鸟 ⻧卤 ⻨麦 ⻩黄 ⻪黾 ⻫齐 \
        ⻬齐 ⻭齿 ⻮齿 ⻯龙 ⻰龙 ⻱龟 ⻲龟
        """

    /// Variant characters (第一批异体字整理表 and old print forms) that ICU's table leaves. Pairs it does fold are
    /// refused by a test, so that this list stays short.
    static let variants = """
        戸户 擡抬 峯峰 麪面 麫面 淸清 靑青 敎教 敍叙 旣既 卽即 鄕乡 鬪斗 衞卫 舘馆 糭粽 拏拿 倂并 竝并 汚污 滙汇 邨村 \
        疎疏 踈疏 衹只 甦苏 閙闹 覇霸 怱匆
        """

    /// Scripts that do stand beside Han in complaints: Chinese and its neighbours' names, minority languages of
    /// China, symbols, units, formulas. Letters of other scripts are class `foreign`.
    static let scriptsBesideHan: Set<String> = [
        "Zyyy", "Zinh", "Zzzz", "Hani", "Latn", "Grek", "Cyrl", "Hira", "Kana", "Hang", "Bopo", "Arab", "Tibt",
        "Mong", "Yiii", "Thai", "Laoo", "Mymr", "Tale", "Talu", "Lana", "Lisu", "Brai",
    ]
}
