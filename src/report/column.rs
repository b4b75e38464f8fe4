//! The columns of all reports: name, Chinese title, what it means.
//!
//! A column is one line here; the formats read titles and meanings from it.

/// One column of a report.
#[derive(Debug, PartialEq, Eq)]
pub struct Column {
    /// As scripts and options name it.
    pub name: &'static str,
    /// As people read it, in Chinese.
    pub title: &'static str,
    /// What it holds, for the sheet 说明.
    pub meaning: &'static str,
    /// Whether it holds words, and stands to the left.
    pub words: bool,
}

const fn words(name: &'static str, title: &'static str, meaning: &'static str) -> Column {
    Column { name, title, meaning, words: true }
}

const fn number(name: &'static str, title: &'static str, meaning: &'static str) -> Column {
    Column { name, title, meaning, words: false }
}

pub(super) static COURT: Column = words("court", "法院", "点位所在的法院");
pub(super) static PLACEMENT: Column = words("placement", "点位", "挂码的位置，编号永不改变");
pub(super) static CHANNEL: Column = words("channel", "渠道", "点位的类型");
pub(super) static TOPIC: Column = words("topic", "事项", "码对应的指引");
pub(super) static CLIENT: Column = words("client", "打开方式", "用什么程序打开");
pub(super) static DAY: Column = words("day", "日期", "北京时间的日期");
pub(super) static WEEK: Column = words("week", "周", "周一到周日，按 ISO 8601 编号");
pub(super) static MONTH: Column = words("month", "月份", "北京时间的月份");
pub(super) static HOUR: Column = words("hour", "时", "一天中的钟点：08时 指 8:00 到 8:59");
pub(super) static WEEKDAY: Column = words("weekday", "星期", "星期几");

pub(super) static SCANS: Column =
    number("scans", "扫码", "人打开的次数，机器、无效码、停用码不算在内");
pub(super) static VISITS: Column =
    number("visits", "人次（约）", "同一部手机一天内第一次打开，约数");
pub(super) static REPEATS: Column = number("repeats", "重复", "同一部手机当天再次打开");
pub(super) static PERCENT: Column = number("percent", "占比（%）", "占全部扫码的百分比");

pub(super) static YES: Column = number("yes", "有用", "答“有用”的次数");
pub(super) static PARTLY: Column = number("partly", "有点用", "答“有点用”的次数");
pub(super) static NO: Column = number("no", "没找到要的", "答“没找到要的”的次数");

pub(super) static BEFORE: Column = number("before", "上期", "上一个时段的扫码");
pub(super) static CHANGE: Column = number("change", "增减", "本期扫码减上期扫码");
pub(super) static CHANGE_PERCENT: Column =
    number("change_percent", "环比（%）", "增减占上期的百分比；上期为零则空着");
pub(super) static YEAR_BEFORE: Column = number("year_before", "去年同期", "去年同一时段的扫码");
pub(super) static YEAR_CHANGE: Column = number("year_change", "同比增减", "本期扫码减去年同期扫码");
pub(super) static YEAR_CHANGE_PERCENT: Column =
    number("year_change_percent", "同比（%）", "增减占去年同期的百分比；去年同期为零则空着");

pub(super) static WEEK_DAYS: [Column; 7] = [
    number("mon", "周一", "周一的扫码"),
    number("tue", "周二", "周二的扫码"),
    number("wed", "周三", "周三的扫码"),
    number("thu", "周四", "周四的扫码"),
    number("fri", "周五", "周五的扫码"),
    number("sat", "周六", "周六的扫码"),
    number("sun", "周日", "周日的扫码"),
];

pub(super) static PLACEMENTS: Column =
    number("placements", "点位数", "这段时间里挂着的点位，包括没有人扫的");
pub(super) static PER_PLACEMENT: Column =
    number("scans_per_placement", "每点位扫码", "扫码除以点位数");
pub(super) static UNUSED: Column =
    number("unused", "无人扫的点位", "这段时间里挂着、一次也没有人扫的点位");

pub(super) static NUMBER: Column = number("placement", "点位", "点位编号，永不改变");
pub(super) static PLACE: Column = words("place", "位置", "挂在哪里");
pub(super) static SINCE: Column = words("since", "启用", "从哪天起挂在那里；没有登记则空着");
pub(super) static RETIRED: Column = words("retired", "停用", "从哪天起取下；还挂着则空着");
pub(super) static FIRST: Column = words("first", "首次扫码", "这段时间里第一次有人扫的日期");
pub(super) static LAST: Column = words("last", "最近扫码", "这段时间里最后一次有人扫的日期");

pub(super) static MACHINES: Column = number("machines", "机器", "爬虫、链接预览、预加载打开的次数");
pub(super) static ORPHANS: Column = number("orphans", "无效码", "输错的码、不在册的码打开的次数");
pub(super) static RETIRED_SCANS: Column = number("retired", "停用码", "已停用点位的码打开的次数");
pub(super) static MACHINES_PERCENT: Column =
    number("machines_percent", "机器占比（%）", "占全部打开次数的百分比");
pub(super) static ORPHANS_PERCENT: Column =
    number("orphans_percent", "无效码占比（%）", "占全部打开次数的百分比");
pub(super) static RETIRED_PERCENT: Column =
    number("retired_percent", "停用码占比（%）", "占全部打开次数的百分比");

pub(super) static LAST_HOUR: Column = words("last", "最近扫码", "最后一次有人扫的钟点");
pub(super) static EXPECTED: Column =
    number("expected", "此后应有（约）", "按过去的规律，此后应有多少人次");
pub(super) static CHANCE: Column =
    words("probability", "碰巧的概率", "一次也没有人扫只是碰巧的概率");
