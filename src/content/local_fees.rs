//! The `[[local]]` entries of `fees.toml`: what a province or a court has set within the range that a
//! schedule leaves it.
//!
//! Which of them holds for a court on a day is asked of `domain::fee`.

use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use super::Loaded;
use super::facts::{Table, unknown};
use super::fees::{FILE, FeesFile};
use crate::diagnostic::Words;
use crate::domain::fee::{FeeSchedule, LocalFee, Tariff};
use crate::domain::period::Period;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLocal {
    fee: Spanned<String>,
    court: Option<Spanned<String>>,
    each: Spanned<String>,
    from: Option<Spanned<Datetime>>,
    until: Option<Spanned<Datetime>>,
    source: Spanned<String>,
}

impl Table<FeesFile> {
    /// Each names a known fee with a range, a figure within it, and days that no other entry has.
    pub(super) fn add_local(&self, loaded: &mut Loaded) {
        for raw in &self.value.local {
            let Some(each) = self.decimal(&raw.each, loaded) else { continue };
            if raw.source.as_ref().trim().is_empty() {
                let message = Words::new(
                    "a local figure names the document that sets it",
                    "本地的数要写明是哪个文件定的",
                );
                self.fault(loaded, raw.source.span(), message);
            }
            let courts = &loaded.library.courts;
            let named = |id: &Spanned<String>| courts.iter().find(|c| c.id.as_str() == id.as_ref());
            let court = raw.court.as_ref().and_then(named).map(|court| court.id.clone());
            if let (Some(id), None) = (&raw.court, &court) {
                let ids = courts.iter().map(|court| court.id.as_str());
                let fault = unknown(FILE, id.span(), "court", id.as_ref(), "courts.toml", ids);
                loaded.diagnostics.push(fault);
                continue;
            }
            let from = raw.from.as_ref().and_then(|day| self.day(day, loaded));
            let to = raw.until.as_ref().and_then(|day| self.day(day, loaded));
            if let Some(until) =
                raw.until.as_ref().filter(|_| from.zip(to).is_some_and(|(f, t)| t < f))
            {
                let message = Words::new("`until` is before `from`", "until 早于 from");
                self.fault(loaded, until.span(), message);
                continue;
            }
            let (fee, source) = (raw.fee.as_ref().clone(), raw.source.as_ref().clone());
            let period = Period { from, to };
            self.place_local(raw, &LocalFee { fee, court, period, each, source }, loaded);
        }
    }

    /// Adds it to every schedule in whose days it falls.
    fn place_local(&self, raw: &RawLocal, local: &LocalFee, loaded: &mut Loaded) {
        let (mut known, mut outside, mut twice) = (false, None, false);
        for schedule in &mut loaded.library.schedules {
            let Some(Tariff::Range(min, max, _)) =
                schedule.rule(&local.fee).map(|rule| &rule.tariff)
            else {
                continue;
            };
            known = true;
            if !meet(local.period, days(schedule)) {
                continue;
            }
            if local.each < *min || local.each > *max {
                outside = Some((*min, *max));
            }
            twice |= schedule.local.iter().any(|other| {
                (&other.fee, &other.court) == (&local.fee, &local.court)
                    && meet(other.period, local.period)
            });
            schedule.local.push(local.clone());
        }
        if !known {
            let message = Words::new(
                format!("no fee {:?} with each_min and each_max in fees.toml", local.fee),
                format!("fees.toml 中没有写着幅度的费用“{}”", local.fee),
            );
            self.fault(loaded, raw.fee.span(), message);
        }
        if let Some((min, max)) = outside {
            let message = Words::new(
                format!("{} is outside the range {min} to {max}", local.each),
                format!("{} 超出了幅度 {min} 至 {max}", local.each),
            );
            self.fault(loaded, raw.each.span(), message);
        }
        if twice {
            let message = Words::new(
                format!(
                    "{:?} has two local figures on the same days: end the older one",
                    local.fee
                ),
                format!("“{}”同一天有两个本地的数：请给旧的写上 until", local.fee),
            );
            self.fault(loaded, raw.fee.span(), message);
        }
    }
}

fn days(schedule: &FeeSchedule) -> Period {
    Period { from: Some(schedule.from), to: schedule.until }
}

/// Whether two spans have a day in common.
fn meet(one: Period, other: Period) -> bool {
    let ends_before =
        |a: Period, b: Period| a.to.zip(b.from).is_some_and(|(end, start)| end < start);
    !ends_before(one, other) && !ends_before(other, one)
}
