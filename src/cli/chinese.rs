//! The help of the command line in Chinese: a table by command and argument. A test of `args` finds
//! whatever it leaves out.

/// Help in Chinese: a table of what is said where.
const CHINESE: &[(&str, &str)] = &[
    ("", "诉讼服务一码通：印制并校验二维码海报，提供指引网页，统计扫码"),
    ("--root", "站点目录，由 onecode init 生成 [默认：内置站点]"),
    ("--store", "扫码记录存放处：sled:目录 或 memory:"),
    ("--base_url", "海报上的网址，例如 https://fy.example.cn"),
    ("--quiet", "只输出结果和错误"),
    ("--verbose", "多说一些；写两次说得更多"),
    ("--help", "显示帮助"),
    ("--version", "显示版本"),
    ("help", "显示本帮助或某个命令的帮助"),
    ("demo", "用内置站点走一遍：印一套海报并校验，然后提供网页"),
    ("demo--out", "海报放在哪里"),
    ("demo--listen", "在哪个地址提供网页；端口被占用时自动换一个"),
    ("demo--no_serve", "只印制，不提供网页"),
    ("init", "把内置站点写到一个目录里，供修改"),
    ("init--dir", "尚不存在或为空的目录"),
    ("check", "检查内容：一处一行；有错误时退出码为 1"),
    ("check--today", "按哪一天检查法律效力和复核日期 [默认：今天]"),
    ("check--strict", "提醒也算错误"),
    ("check--revised", "假设这部法（或这一条）修改了：列出所有依据它的地方，例如 fees#22"),
    ("check--format", "输出格式"),
    ("print", "印制海报，每张都校验能扫才写出"),
    ("print--out", "海报和 manifest.csv 放在哪里"),
    ("print--court", "只印这些法院"),
    ("print--placement", "只印这些点位"),
    ("print--topic", "只印这些主题"),
    ("print--layout", "用这些版式 [默认：a4-poster]"),
    ("print--lang", "用这些语言 [默认：zh-Hans]"),
    ("print--format", "写成什么格式"),
    ("print--url_case", "二维码里的网址是否全用大写（大写的码更小）"),
    ("print--threads", "同时印几张 [默认：每个处理器一张]"),
    ("placement", "海报挂在哪里：list 列出、add 新增、retire 停用、import 导入"),
    ("placement list", "列出全部点位"),
    ("placement list--court", "只列这些法院"),
    ("placement list--format", "输出格式"),
    ("placement add", "新增点位，自动取下一个编号"),
    ("placement add--court", "法院代号"),
    ("placement add--place", "挂在哪里，用几个字说明"),
    ("placement add--channel", "渠道：hall、court24、center、online、hotline、staff、outreach"),
    ("placement add--since", "从哪天起挂在那里"),
    ("placement add--format", "输出格式"),
    ("placement retire", "海报已取下；码仍能打开指引"),
    ("placement retire--number", "点位编号"),
    ("placement retire--on", "从哪天起 [默认：今天]"),
    ("placement import", "从 WPS 或 Excel 保存的表格导入（UTF-8 或 GB 18030）"),
    ("placement import--file", "列名 number,court,place,channel,since,retired；编号留空则自动取号"),
    ("serve", "提供指引网页，记录扫码"),
    ("serve--listen", "在哪个地址提供网页"),
    ("serve--trusted_proxy", "可信代理的 IP，采信它的 X-Forwarded-For（可多次）"),
    ("serve--scan_wait", "网页最多等多少毫秒，等扫码记录写入磁盘"),
    ("serve--keep_raw", "逐条扫码记录保存多少天；计数一直保留 [默认：一直保存]"),
    ("alarm", "服务要人知道的事：list 列出警报，seen 记为已阅"),
    ("alarm list", "还没有人看过的警报"),
    ("alarm list--all", "看过的也列出"),
    ("alarm list--format", "输出格式"),
    ("alarm seen", "记为已阅"),
    ("alarm seen--number", "警报编号"),
    ("strike", "从计数中剔除一批误扫：out 剔除，list 列出，undo 撤销"),
    ("strike out", "把一个码在一段时间内的扫码从计数中剔除；逐条记录不动，可以撤销"),
    ("strike out--code", "海报上的码，例如 200041T"),
    ("strike out--from", "从哪天或哪一刻起，例如 2026-11-24 或 2026-11-24T14:30"),
    ("strike out--to", "到哪天为止（含当天），或到哪一刻以前"),
    ("strike out--note", "为什么，用几个字说明"),
    ("strike list", "剔除过的"),
    ("strike undo", "撤销一次剔除，重新计入"),
    ("strike undo--number", "剔除的编号"),
    ("verify", "用逐条记录重新核对计数；不符时退出码为 1"),
    ("verify--format", "输出格式"),
    ("compact", "把不再使用的空间还给磁盘；服务运行时也可以"),
    ("backup", "把全部数据写成一个文件；服务运行时也可以"),
    ("backup--file", "写到哪个文件；里面有全部扫码、计数和用户"),
    ("restore", "用备份恢复到空的数据目录；服务要先停下"),
    ("restore--file", "onecode backup 写出的文件"),
    ("restore--replace", "已有的数据移到一边"),
    ("stats", "统计扫码；服务运行时也能查"),
    (
        "stats--report",
        "哪一种报表：scans 扫码、compare 环比同比、hours 时段、topics 事项、courts 法院、placements 点位、\
         machines 机器 [默认：scans]",
    ),
    ("stats--useful", "统计「这一页有用吗？」的回答，不统计扫码"),
    ("stats--from", "从哪天起"),
    ("stats--to", "到哪天止（含当天）"),
    (
        "stats--by",
        "按什么分：court、placement、channel、topic、client、day、week、month、hour、weekday",
    ),
    ("stats--court", "只统计这些法院"),
    ("stats--topic", "只统计这些主题"),
    ("stats--format", "输出格式"),
    ("stats--out", "写到这个文件；xlsx 不能显示在终端上"),
    ("silent", "列出变得太安静的点位，最可疑的在前"),
    ("silent--court", "只看这些法院"),
    ("silent--format", "输出格式"),
    ("user", "谁能看统计、印海报：list 列出、add 新增、remove 删除、password 换密码"),
    ("user add", "新增用户；密码在终端里输入，或从标准输入读"),
    ("user add--name", "登录用的名字：文字、数字和 . - _"),
    ("user add--role", "viewer 看统计，printer 还能印海报，admin 还能管用户"),
    ("user add--court", "只看这个法院（可多次）[默认：全部]"),
    ("user list", "列出全部用户"),
    ("user list--format", "输出格式"),
    ("user remove", "删除用户，立即退出登录"),
    ("user remove--name", "用户名"),
    ("user password", "换一个密码；该用户在各处退出登录"),
    ("user password--name", "用户名"),
    ("fee", "算诉讼费、退费、担保、利息，列出步骤和法条"),
    ("fee--kind", "算哪一种 [不写则列出全部种类和要填的项]"),
    ("fee--inputs", "已知的数，例如 amount=12万；可重复的项重复写"),
    ("fee--on", "按哪一天施行的标准算 [默认：今天]"),
    ("fee--court", "按这个法院在法定幅度内定的数算"),
    ("fee--format", "输出格式"),
    ("deadline", "算法定期限的最后一天"),
    ("deadline--rule", "哪一种期限 [不写则列出全部]"),
    ("deadline--start", "从哪天起算，例如 2026-11-24"),
    ("deadline--format", "输出格式"),
];

pub(super) fn chinese(key: &str) -> Option<&'static str> {
    CHINESE.iter().find(|(name, _)| *name == key).map(|(_, text)| *text)
}

pub(super) fn in_chinese(command: clap::Command, path: &str) -> clap::Command {
    let mut command = match chinese(path) {
        Some(about) => command.about(about).long_about(None),
        None => command,
    };
    command = command.mut_args(|arg| {
        let id = arg.get_id().to_string();
        let help = chinese(&format!("{path}--{id}")).or_else(|| chinese(&format!("--{id}")));
        match help {
            Some(help) => arg.help(help).long_help(None),
            None => arg,
        }
    });
    let names: Vec<String> = command.get_subcommands().map(|c| c.get_name().to_owned()).collect();
    for name in names {
        let path = if path.is_empty() { name.clone() } else { format!("{path} {name}") };
        command = command.mut_subcommand(name, |sub| in_chinese(sub, &path));
    }
    command
}
