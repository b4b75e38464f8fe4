//! The inputs that kinds take: what a person is asked, and in which shape the answer comes.

use super::Label;
use super::given::{Input, Shape};

pub(super) const AMOUNT: Input = Input {
    name: "amount",
    label: Label { zh: "您要对方给多少钱", en: "How much is claimed" },
    hint: Label {
        zh: "诉讼请求里的钱数，加起来填", en: "All claims of money together"
    },
    required: true,
    shape: Shape::Amount,
};

pub(super) const REASON: Input = Input {
    name: "reason",
    label: Label { zh: "为什么减半", en: "Why it is halved" },
    hint: Label { zh: "", en: "" },
    required: true,
    shape: Shape::Choice(&[
        "简易程序减半",
        "调解结案减半",
        "申请撤诉减半",
        "反诉合并审理减半",
        "有独立请求权第三人之诉合并审理减半",
    ]),
};

pub(super) const MAYBE_REASON: Input = Input {
    name: "reason",
    label: Label { zh: "有没有减半的情形", en: "Whether it is halved" },
    hint: Label { zh: "没有就不选", en: "Leave it out if not" },
    required: false,
    shape: Shape::Choice(&["简易程序减半", "调解结案减半", "申请撤诉减半"]),
};

pub(super) const SMALL: Input = Input {
    name: "procedure",
    label: Label { zh: "程序", en: "Procedure" },
    hint: Label { zh: "", en: "" },
    required: false,
    shape: Shape::Choice(&["小额诉讼"]),
};

pub(super) const SUMMARY: Input = Input {
    name: "procedure",
    label: Label { zh: "程序", en: "Procedure" },
    hint: Label { zh: "", en: "" },
    required: false,
    shape: Shape::Choice(&["简易程序"]),
};

pub(super) const CLOSING: Input = Input {
    name: "closing",
    label: Label { zh: "怎么结案", en: "How it ended" },
    hint: Label { zh: "", en: "" },
    required: false,
    shape: Shape::Choice(&["调解", "撤诉"]),
};

pub(super) const ALREADY_PAID: Input = Input {
    name: "already_paid",
    label: Label { zh: "已经交了多少", en: "Paid so far" },
    hint: Label { zh: "", en: "" },
    required: true,
    shape: Shape::AmountOrZero,
};

pub(super) const PAID_HALF: Input = Input {
    name: "already_paid",
    label: Label { zh: "已经交了多少", en: "Paid so far" },
    hint: Label { zh: "", en: "" },
    required: true,
    shape: Shape::Amount,
};

pub(super) const FIRST_CLAIM: Input = Input {
    name: "first_claim",
    label: Label { zh: "一审请求多少钱", en: "Claimed in first instance" },
    hint: Label { zh: "", en: "" },
    required: false,
    shape: Shape::Amount,
};

pub(super) const APPEALED: Input = Input {
    name: "appealed_amount",
    label: Label { zh: "对多少钱不服", en: "How much the appeal is about" },
    hint: Label { zh: "", en: "" },
    required: true,
    shape: Shape::Amount,
};

pub(super) const DISPUTED: Input = Input {
    name: "disputed_amount",
    label: Label { zh: "对原判多少钱不服", en: "How much of the judgment is disputed" },
    hint: Label { zh: "", en: "" },
    required: true,
    shape: Shape::Amount,
};

pub(super) const RETRIAL_CASE: Input = Input {
    name: "case",
    label: Label { zh: "哪种再审", en: "Which retrial" },
    hint: Label {
        zh: "有新证据足以推翻原判，或者一审后没上诉、生效后才申请，法院决定再审的",
        en: "New evidence, or no appeal after first instance",
    },
    required: false,
    shape: Shape::Choice(&["第9条两种例外之一"]),
};

pub(super) const FROM_AMOUNT: Input = Input {
    name: "from",
    label: Label { zh: "原来请求多少钱", en: "Claimed before" },
    hint: Label { zh: "", en: "" },
    required: true,
    shape: Shape::Amount,
};

pub(super) const TO_MORE: Input = Input {
    name: "to",
    label: Label { zh: "现在请求多少钱", en: "Claimed now" },
    hint: Label { zh: "", en: "" },
    required: true,
    shape: Shape::Amount,
};

pub(super) const TO_LESS: Input = Input {
    name: "to",
    label: Label { zh: "现在请求多少钱", en: "Claimed now" },
    hint: Label { zh: "", en: "" },
    required: true,
    shape: Shape::AmountOrZero,
};

pub(super) const WHEN: Input = Input {
    name: "when",
    label: Label { zh: "什么时候减的", en: "When it was reduced" },
    hint: Label { zh: "", en: "" },
    required: true,
    shape: Shape::Choice(&["法庭调查终结前", "法庭调查终结后"]),
};

pub(super) const AMOUNTS: Input = Input {
    name: "amounts",
    label: Label { zh: "每个请求多少钱", en: "Each claim" },
    hint: Label { zh: "用加号连起来，例如 60000+40000", en: "Joined by +" },
    required: true,
    shape: Shape::Amounts,
};

pub(super) const PROPERTY: Input = Input {
    name: "property",
    label: Label { zh: "财产请求多少钱", en: "Claims of money" },
    hint: Label { zh: "", en: "" },
    required: true,
    shape: Shape::Amount,
};

pub(super) const NON_PROPERTY: Input = Input {
    name: "non_property",
    label: Label { zh: "非财产请求几项", en: "Number of other claims" },
    hint: Label { zh: "", en: "" },
    required: false,
    shape: Shape::Count,
};

pub(super) const BASE: Input = Input {
    name: "base",
    label: Label { zh: "本省定的每件多少钱", en: "The local base fee" },
    hint: Label {
        zh: "不知道就空着，会按幅度算", en: "Leave it out if you do not know"
    },
    required: false,
    shape: Shape::Amount,
};

pub(super) const PROPERTY_TOTAL: Input = Input {
    name: "property_total",
    label: Label {
        zh: "要分的财产一共值多少", en: "Value of the property to be divided"
    },
    hint: Label { zh: "不分财产就空着", en: "Leave it out if there is none" },
    required: false,
    shape: Shape::AmountOrZero,
};

pub(super) const DAMAGES: Input = Input {
    name: "damages",
    label: Label { zh: "要求赔偿多少", en: "Damages claimed" },
    hint: Label { zh: "不要赔偿就空着", en: "Leave it out if there are none" },
    required: false,
    shape: Shape::AmountOrZero,
};

pub(super) const ANY_AMOUNT: Input = Input {
    name: "any_amount",
    label: Label { zh: "要求多少钱", en: "How much is claimed" },
    hint: Label { zh: "多少都不影响", en: "It makes no difference" },
    required: false,
    shape: Shape::AmountOrZero,
};

pub(super) const ADMIN_IP: Input = Input {
    name: "type",
    label: Label { zh: "案件", en: "Case" },
    hint: Label { zh: "", en: "" },
    required: false,
    shape: Shape::Choice(&["商标/专利/海事行政案件"]),
};

pub(super) const ADMIN_OTHER: Input = Input {
    name: "type",
    label: Label { zh: "案件", en: "Case" },
    hint: Label { zh: "", en: "" },
    required: false,
    shape: Shape::Choice(&["其他行政案件"]),
};

pub(super) const ADMIN_COMP: Input = Input {
    name: "type",
    label: Label { zh: "案件", en: "Case" },
    hint: Label { zh: "", en: "" },
    required: false,
    shape: Shape::Choice(&["行政赔偿案件"]),
};

pub(super) const SPECIAL: Input = Input {
    name: "type",
    label: Label { zh: "案件", en: "Case" },
    hint: Label { zh: "", en: "" },
    required: false,
    shape: Shape::Choice(&["民诉法特别程序案件"]),
};

pub(super) const FREE_APPEAL: Input = Input {
    name: "type",
    label: Label { zh: "上诉", en: "Appeal" },
    hint: Label { zh: "", en: "" },
    required: false,
    shape: Shape::Choice(&["对不予受理/驳回起诉/管辖异议裁定的上诉"]),
};

pub(super) const ENFORCE_AMOUNT: Input = Input {
    name: "amount",
    label: Label { zh: "要执行多少钱", en: "How much is to be enforced" },
    hint: Label { zh: "", en: "" },
    required: true,
    shape: Shape::Amount,
};

pub(super) const PRESERVE_AMOUNT: Input = Input {
    name: "amount",
    label: Label { zh: "要保全多少钱的财产", en: "Value to be preserved" },
    hint: Label {
        zh: "按法院实际保全的数额算", en: "By what the court actually preserves"
    },
    required: true,
    shape: Shape::Amount,
};

pub(super) const NO_AMOUNT: Input = Input {
    name: "type",
    label: Label { zh: "保全", en: "Preservation" },
    hint: Label { zh: "", en: "" },
    required: false,
    shape: Shape::Choice(&["不涉及财产数额"]),
};

pub(super) const ORDER_AMOUNT: Input = Input {
    name: "amount",
    label: Label { zh: "请求支付多少钱", en: "How much is demanded" },
    hint: Label { zh: "", en: "" },
    required: true,
    shape: Shape::Amount,
};

pub(super) const ASSETS: Input = Input {
    name: "assets",
    label: Label { zh: "破产财产一共多少", en: "Total assets" },
    hint: Label { zh: "", en: "" },
    required: true,
    shape: Shape::Amount,
};

pub(super) const FEE: Input = Input {
    name: "fee",
    label: Label { zh: "应交多少", en: "The fee due" },
    hint: Label { zh: "", en: "" },
    required: true,
    shape: Shape::Amount,
};

pub(super) const REDUCED: Input = Input {
    name: "status",
    label: Label { zh: "法院怎么决定的", en: "What the court decided" },
    hint: Label { zh: "", en: "" },
    required: false,
    shape: Shape::Choice(&["准予减交"]),
};

pub(super) const EXEMPT: Input = Input {
    name: "status",
    label: Label { zh: "法院怎么决定的", en: "What the court decided" },
    hint: Label { zh: "", en: "" },
    required: false,
    shape: Shape::Choice(&["准予免交"]),
};

pub(super) const PERSON: Input = Input {
    name: "applicant",
    label: Label { zh: "申请人", en: "Applicant" },
    hint: Label { zh: "免交只给自然人", en: "Only natural persons are exempted" },
    required: false,
    shape: Shape::Choice(&["自然人"]),
};

pub(super) const PAID: Input = Input {
    name: "paid",
    label: Label { zh: "已经交了多少", en: "Paid so far" },
    hint: Label { zh: "", en: "" },
    required: true,
    shape: Shape::Amount,
};

pub(super) const PAID_APPEAL: Input = Input {
    name: "paid_appeal",
    label: Label { zh: "上诉时交了多少", en: "Paid for the appeal" },
    hint: Label { zh: "", en: "" },
    required: true,
    shape: Shape::Amount,
};

pub(super) const EV_DISMISSED: Input = Input {
    name: "event",
    label: Label { zh: "怎么结束的", en: "How it ended" },
    hint: Label { zh: "", en: "" },
    required: false,
    shape: Shape::Choice(&["一审裁定不予受理或驳回起诉"]),
};

pub(super) const EV_REMAND: Input = Input {
    name: "event",
    label: Label { zh: "怎么结束的", en: "How it ended" },
    hint: Label { zh: "", en: "" },
    required: false,
    shape: Shape::Choice(&["二审发回重审"]),
};

pub(super) const EV_STAYED: Input = Input {
    name: "event",
    label: Label { zh: "怎么了", en: "What happened" },
    hint: Label { zh: "", en: "" },
    required: false,
    shape: Shape::Choice(&["中止诉讼或中止执行"]),
};

pub(super) const EV_TERMINATED: Input = Input {
    name: "event",
    label: Label { zh: "怎么结束的", en: "How it ended" },
    hint: Label { zh: "", en: "" },
    required: false,
    shape: Shape::Choice(&["终结诉讼（民诉法2023第154条）"]),
};

pub(super) const EV_CRIMINAL: Input = Input {
    name: "event",
    label: Label { zh: "怎么了", en: "What happened" },
    hint: Label { zh: "", en: "" },
    required: true,
    shape: Shape::Choice(&["移送刑事侦查且民事不再审理", "移送后民事仍需审理"]),
};

pub(super) const EV_TRANSFER: Input = Input {
    name: "event",
    label: Label { zh: "怎么了", en: "What happened" },
    hint: Label { zh: "", en: "" },
    required: false,
    shape: Shape::Choice(&["移送管辖", "指定管辖"]),
};

pub(super) const PREPAID: Input = Input {
    name: "prepaid",
    label: Label { zh: "您先交了多少", en: "Prepaid" },
    hint: Label { zh: "", en: "" },
    required: true,
    shape: Shape::Amount,
};

pub(super) const BORNE: Input = Input {
    name: "borne_by_winner",
    label: Label {
        zh: "判决书写明您自己负担多少", en: "What you bear by the judgment"
    },
    hint: Label { zh: "", en: "" },
    required: true,
    shape: Shape::AmountOrZero,
};

pub(super) const EV_WON: Input = Input {
    name: "event",
    label: Label { zh: "到哪一步了", en: "Where it stands" },
    hint: Label { zh: "", en: "" },
    required: false,
    shape: Shape::Choice(&["判决生效"]),
};

pub(super) const EV_HALF: Input = Input {
    name: "event",
    label: Label { zh: "怎么结束的", en: "How it ended" },
    hint: Label { zh: "", en: "" },
    required: true,
    shape: Shape::Choice(&["准许撤诉", "调解结案", "适用简易程序"]),
};

pub(super) const REQUESTED: Input = Input {
    name: "requested",
    label: Label { zh: "请求保全多少钱", en: "How much preservation is asked for" },
    hint: Label { zh: "", en: "" },
    required: true,
    shape: Shape::Amount,
};

pub(super) const PRINCIPAL: Input = Input {
    name: "principal",
    label: Label { zh: "到期时欠的本金", en: "Principal owed when it fell due" },
    hint: Label {
        zh: "文书判的本金，不算一般利息", en: "Without the general interest"
    },
    required: true,
    shape: Shape::AmountOrSpell,
};

pub(super) const DAYS: Input = Input {
    name: "days",
    label: Label { zh: "拖了多少天", en: "Days of delay" },
    hint: Label { zh: "", en: "" },
    required: false,
    shape: Shape::Days,
};

pub(super) const THEN: Input = Input {
    name: "then",
    label: Label { zh: "后来欠多少、多少天", en: "Then, for how long" },
    hint: Label { zh: "", en: "" },
    required: false,
    shape: Shape::Spell,
};

pub(super) const SINCE: Input = Input {
    name: "from",
    label: Label { zh: "文书写的履行期最后一天", en: "Last day to perform" },
    hint: Label { zh: "", en: "" },
    required: false,
    shape: Shape::Date,
};

pub(super) const UNTIL: Input = Input {
    name: "to",
    label: Label { zh: "还清那天，没还清填今天", en: "Day of payment, or today" },
    hint: Label { zh: "", en: "" },
    required: false,
    shape: Shape::Date,
};

pub(super) const PAYMENTS: Input = Input {
    name: "paid",
    label: Label { zh: "中间还过的本金", en: "Principal paid in between" },
    hint: Label { zh: "", en: "" },
    required: false,
    shape: Shape::Payment,
};
