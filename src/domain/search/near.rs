//! Whether two short texts are the same but for one character: another, one more, one less, or two
//! neighbours that changed places.

/// Whether they differ, and by one character only.
pub(super) fn differs_by_one<T: PartialEq>(a: &[T], b: &[T]) -> bool {
    // One mistake leaves one end as it is, but for two that changed places.
    if a.len() > 2 && b.len() > 2 && a.first() != b.first() && a.last() != b.last() {
        return false;
    }
    let same = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[same..], &b[same..]);
    match (a, b) {
        ([], [_]) | ([_], []) => true,
        ([first, a @ ..], [second, b @ ..]) => {
            let swapped = match (a, b) {
                ([third, a @ ..], [fourth, b @ ..]) => first == fourth && second == third && a == b,
                _ => false,
            };
            a == b || swapped || is_after(a, second, b) || is_after(b, first, a)
        }
        _ => false,
    }
}

/// Whether `long` is `first` and then `rest`.
fn is_after<T: PartialEq>(long: &[T], first: &T, rest: &[T]) -> bool {
    long.split_first().is_some_and(|(head, tail)| head == first && tail == rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_character_is_forgiven_and_not_two() {
        let differ = |a: &str, b: &str| {
            let [a, b] = [a, b].map(|text| text.chars().collect::<Vec<_>>());
            let found = differs_by_one(&a, &b);
            assert_eq!(found, differs_by_one(&b, &a), "either way");
            found
        };
        for (a, b) in [
            ("申请执行", "申请执形"),
            ("申请执行", "申请行"),
            ("申请执行", "申请执"),
            ("申请执行", "请执行"),
            ("申请执行", "申执请行"),
            ("申请执行", "申请执执行"),
            ("refund", "refnud"),
            ("ab", "ba"),
            ("", "a"),
        ] {
            assert!(differ(a, b), "{a} {b}");
        }
        for (a, b) in
            [("", ""), ("退费", "退费"), ("申请执行", "申情执形"), ("abcd", "badc"), ("abc", "a")]
        {
            assert!(!differ(a, b), "{a} {b}");
        }
    }
}
