/** A text of a document, queries that find it, and queries that do not. */
interface Script {
  script: string
  text: string
  found: readonly string[]
  notFound: readonly string[]
}

/** The last word of a query is a prefix, and five letters may have a typo: what is not found differs by more. */
export const SCRIPTS: readonly Script[] = [
  {
    script: 'Latin',
    text: 'Søren i Łódź: straße, Þórr, Æsir, œuvre, đẹp, ISTANBUL ılık İzmir',
    found: ['soren lodz', 'STRASSE', 'Straße', 'thorr', 'aesir', 'Oeuvre', 'dep', 'ilik', 'izmir', 'łódź'],
    notFound: ['strand', 'lund', 'depot'],
  },
  {
    script: 'Greek',
    text: 'Μοντέλο γλώσσας της οδού, ΟΔΟΣ',
    found: ['μοντελο', 'ΓΛΏΣΣΑΣ', 'οδός', 'οδοσ', 'μοντέλ'],
    notFound: ['αθήνα', 'κείμενο'],
  },
  {
    script: 'Cyrillic',
    text: 'Ёлка и большая языковая МОДЕЛЬ, Київ',
    found: ['елка', 'модель', 'Киів', 'языков', 'ЁЛКА'],
    notFound: ['москва', 'перевод'],
  },
  {
    script: 'Armenian',
    text: 'Հայերեն լեզվի մոդել և տվյալներ',
    found: ['հայերեն', 'ՀԱՅԵՐԵՆ', 'եւ', 'մոդել'],
    notFound: ['ռուսերեն', 'վրացերեն'],
  },
  { script: 'Georgian', text: 'ქართული ენის მოდელი', found: ['ქართული', 'ᲥᲐᲠᲗᲣᲚᲘ', 'ენის'], notFound: ['რუსული', 'სომხური'] },
  {
    script: 'Hebrew',
    text: 'שָׁלוֹם עוֹלָם, מודל שפה',
    found: ['שלום', 'עולם', 'שָׁלוֹם עולם', 'מודל'],
    notFound: ['ירושלים', 'תרגום'],
  },
  {
    script: 'Arabic',
    text: 'نَمُوذَجُ اللُّغَةِ العَرَبِيَّة، أحـــمد وإسلام، آدم مؤمن، مصطفى ٢٠٢٤',
    found: ['نموذج', 'العربية', 'العربيه', 'احمد', 'أحمد', 'واسلام', 'ادم', 'مومن', 'مصطفي', '2024', 'نـمـوذج'],
    notFound: ['ترجمة', 'صوت'],
  },
  {
    script: 'Persian',
    text: 'می‌خواهم یک کتاب فارسی ۱۴۰۳',
    found: ['میخواهم', 'می‌خواهم', 'كتاب', 'فارسي', '1403', '١٤٠٣'],
    notFound: ['ترجمه', 'زبان'],
  },
  { script: 'Syriac', text: 'ܠܶܫܳܢܳܐ ܣܽܘܪܝܳܝܳܐ', found: ['ܠܫܢܐ', 'ܣܘܪܝܝܐ'], notFound: ['ܡܠܟܐ'] },
  {
    script: 'Devanagari',
    text: 'हिन्दी भाषा मॉडल, ज़मीन की फ़सल, २०२४',
    found: ['हिन्दी', 'जमीन', 'ज़मीन', 'फसल', '2024', 'भाषा मॉडल'],
    notFound: ['मराठी', 'अनुवाद'],
  },
  { script: 'Bengali', text: 'বাংলা ভাষার মডেল ২০২৪', found: ['বাংলা', 'মডেল', '2024', '২০২৪'], notFound: ['হিন্দি', 'অনুবাদ'] },
  { script: 'Gurmukhi', text: 'ਪੰਜਾਬੀ ਭਾਸ਼ਾ ਮਾਡਲ', found: ['ਪੰਜਾਬੀ', 'ਭਾਸ਼ਾ'], notFound: ['ਹਿੰਦੀ', 'ਉਰਦੂ'] },
  { script: 'Tamil', text: 'தமிழ் மொழி மாதிரி', found: ['தமிழ்', 'மொழி', 'மாதிரி'], notFound: ['தெலுங்கு', 'கன்னடம்'] },
  { script: 'Telugu', text: 'తెలుగు భాషా నమూనా', found: ['తెలుగు', 'భాషా'], notFound: ['తమిళం', 'కన్నడ'] },
  { script: 'Sinhala', text: 'ශ්‍රී ලංකාව, සිංහල භාෂාව', found: ['ශ්රී', 'ශ්‍රී ලංකාව', 'සිංහල'], notFound: ['දෙමළ'] },
  {
    script: 'Thai',
    text: 'แบบจำลองภาษาไทยขนาดใหญ่ ๒๕๖๗',
    found: ['ภาษาไทย', 'ภาษา', 'ไทย', 'จำลอง', '2567', 'แบบจำลอง', 'ภ', 'ภาษ'],
    notFound: ['ภาษาลาว', 'เวียดนาม', 'เสียง'],
  },
  { script: 'Lao', text: 'ແບບຈຳລອງພາສາລາວ', found: ['ພາສາລາວ', 'ລາວ', 'ຈຳລອງ'], notFound: ['ພາສາໄທ', 'ສຽງ'] },
  {
    script: 'Khmer',
    text: 'គំរូភាសាខ្មែរ និង ភាសា\u200bអង់គ្លេស',
    found: ['ភាសាខ្មែរ', 'ខ្មែរ', 'ភាសាអង់គ្លេស', 'ភាសា\u200bខ្មែរ'],
    notFound: ['ភាសាថៃ', 'បកប្រែ'],
  },
  {
    script: 'Burmese',
    text: 'မြန်မာဘာသာစကား မော်ဒယ် ၂၀၂၄',
    found: ['မြန်မာ', 'ဘာသာစကား', 'မြန်မာဘာသာ', '2024'],
    notFound: ['ထိုင်း', 'အသံ'],
  },
  { script: 'Tibetan', text: 'བོད་སྐད་ཀྱི་དཔེ་དབྱིབས།', found: ['བོད་སྐད', 'སྐད་', 'དཔེ'], notFound: ['རྒྱ་སྐད', 'ཡིག'] },
  {
    script: 'Chinese',
    text: '繁體中文語言模型，简体的学习数据',
    found: ['繁体', '语言模型', '語言模型', '簡體', '學習', '學習數據', '中文'],
    notFound: ['日本', '语音', '圖像'],
  },
  {
    script: 'Japanese',
    text: '日本語の言語モデル、ﾃﾞｰﾀ',
    found: ['日本語', 'モデル', 'データ', '言語モデル'],
    notFound: ['韓国', '音声', 'テスト'],
  },
  {
    script: 'Korean',
    text: '한국어 언어 모델',
    found: ['한국어', '언어', '한국', '한국어'.normalize('NFD')],
    notFound: ['일본어', '번역'],
  },
  { script: 'Ethiopic', text: 'አማርኛ ቋንቋ፡ሞዴል', found: ['አማርኛ', 'ሞዴል', 'ቋንቋ'], notFound: ['ትግርኛ', 'ድምፅ'] },
  { script: 'Cherokee', text: 'ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ', found: ['ᏣᎳᎩ', 'ꮳꮃꭹ'], notFound: ['ᏑᎾᎴ'] },
  { script: 'Mongolian', text: 'ᠮᠣᠩᠭᠣᠯ ᠬᠡᠯᠡ', found: ['ᠮᠣᠩᠭᠣᠯ'], notFound: ['ᠲᠥᠪᠡᠳ'] },
  {
    script: 'signs in names',
    text: 'Code in C++, C# and F#, on .NET; no Rust',
    found: ['c++', 'C#', 'f#', '.net', '.NET C#', 'c++ rust'],
    notFound: ['g++', 'd#', 'java'],
  },
]
