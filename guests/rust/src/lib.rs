//! What has changed between two texts, line by line: `{"old":"a\nb","new":"a\nc"}` gives a unified diff, as `diff -u`
//! writes it and `patch` reads it. The same texts give nothing.

mod json;

use std::fmt::Write;

guest::export!(handle);

/// Lines around a change.
const CONTEXT: usize = 3;

/// The table of the comparison has as many cells.
const MOST: usize = 4_000_000;

#[derive(Clone, Copy, PartialEq)]
enum Edit {
    Keep,
    Remove,
    Add,
}

pub fn handle(input: &[u8]) -> Result<Vec<u8>, guest::Error> {
    let members = json::strings(std::str::from_utf8(input)?)?;
    let text = |name: &str| {
        let found = members.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str()).ok_or_else(|| format!("\"{name}\" is missing"))
    };
    let old: Vec<&str> = text("old")?.lines().collect();
    let new: Vec<&str> = text("new")?.lines().collect();
    if (old.len() + 1).saturating_mul(new.len() + 1) > MOST {
        return Err(format!("texts of {} and {} lines are too long to compare", old.len(), new.len()).into());
    }
    Ok(unified(&old, &new).into_bytes())
}

/// The shortest way from one text to the other: a longest common subsequence, by dynamic programming. Lines that are
/// the same at the beginning and at the end need no table.
fn edits(old: &[&str], new: &[&str]) -> Vec<Edit> {
    let first = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old, new) = (&old[first..], &new[first..]);
    let last = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    let (old, new) = (&old[..old.len() - last], &new[..new.len() - last]);
    let width = new.len() + 1;
    let mut common = vec![0u32; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i * width + j] = if old[i] == new[j] {
                common[(i + 1) * width + j + 1] + 1
            } else {
                common[(i + 1) * width + j].max(common[i * width + j + 1])
            };
        }
    }
    let mut edits = vec![Edit::Keep; first];
    let (mut i, mut j) = (0, 0);
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            edits.push(Edit::Keep);
            i += 1;
            j += 1;
        } else if j == new.len() || i < old.len() && common[(i + 1) * width + j] >= common[i * width + j + 1] {
            edits.push(Edit::Remove);
            i += 1;
        } else {
            edits.push(Edit::Add);
            j += 1;
        }
    }
    edits.resize(edits.len() + last, Edit::Keep);
    edits
}

fn unified(old: &[&str], new: &[&str]) -> String {
    let edits = edits(old, new);
    let mut diff = String::new();
    let (mut at, mut i, mut j) = (0, 0, 0);
    while let Some(change) = edits[at..].iter().position(|&edit| edit != Edit::Keep).map(|n| at + n) {
        let begin = at.max(change.saturating_sub(CONTEXT));
        i += begin - at;
        j += begin - at;
        let end = end_of_hunk(&edits, change);
        let hunk = &edits[begin..end];
        let removed = hunk.iter().filter(|&&edit| edit != Edit::Add).count();
        let added = hunk.iter().filter(|&&edit| edit != Edit::Remove).count();
        let _ = writeln!(diff, "@@ -{} +{} @@", range(i, removed), range(j, added));
        for edit in hunk {
            match edit {
                Edit::Keep => {
                    let _ = writeln!(diff, " {}", old[i]);
                    i += 1;
                    j += 1;
                }
                Edit::Remove => {
                    let _ = writeln!(diff, "-{}", old[i]);
                    i += 1;
                }
                Edit::Add => {
                    let _ = writeln!(diff, "+{}", new[j]);
                    j += 1;
                }
            }
        }
        at = end;
    }
    diff
}

/// Changes that share their context are one hunk.
fn end_of_hunk(edits: &[Edit], change: usize) -> usize {
    let mut end = change;
    let mut kept = 0;
    for (n, &edit) in edits.iter().enumerate().skip(change) {
        if edit == Edit::Keep {
            kept += 1;
            if kept > 2 * CONTEXT {
                break;
            }
        } else {
            kept = 0;
            end = n + 1;
        }
    }
    edits.len().min(end + CONTEXT)
}

/// The line before comes first where there is none.
fn range(start: usize, lines: usize) -> String {
    match lines {
        0 => format!("{start},0"),
        1 => format!("{}", start + 1),
        _ => format!("{},{lines}", start + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(input: &str) -> String {
        match handle(input.as_bytes()) {
            Ok(output) => String::from_utf8(output).unwrap(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_changed_line_stands_in_its_context() {
        assert_eq!(answer(r#"{"old":"a\nb\nc","new":"a\nB\nc"}"#), "@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n");
    }

    #[test]
    fn the_same_texts_give_nothing() {
        assert_eq!(answer(r#"{"old":"a\nb","new":"a\nb"}"#), "");
    }

    #[test]
    fn changes_that_are_far_apart_are_hunks_of_their_own() {
        let lines: Vec<String> = (1..=20).map(|n| n.to_string()).collect();
        let old = lines.join("\\n");
        let new = old.replacen("2\\n", "two\\n", 1).replace("19", "nineteen");
        let diff = answer(&format!(r#"{{"old":"{old}","new":"{new}"}}"#));
        assert_eq!(diff.matches("@@ -").count(), 2, "{diff}");
        assert!(diff.starts_with("@@ -1,5 +1,5 @@\n 1\n-2\n+two\n 3\n"), "{diff}");
        assert!(diff.contains("@@ -16,5 +16,5 @@\n 16\n"), "{diff}");
    }

    #[test]
    fn lines_of_an_empty_text_are_added() {
        assert_eq!(answer(r#"{"old":"","new":"a\nb"}"#), "@@ -0,0 +1,2 @@\n+a\n+b\n");
    }

    #[test]
    fn bad_input_is_an_error_with_a_reason() {
        assert_eq!(answer(r#"{"old":"a"}"#), "\"new\" is missing");
        assert_eq!(answer(r#"{"old":1}"#), "the JSON is wrong at byte 7: a string is expected");
        assert_eq!(answer("x"), "the JSON is wrong at byte 0: '{' is expected");
        assert_eq!(answer(r#"{"old":"\ud83d\ude42","new":""}"#), "@@ -1 +0,0 @@\n-\u{1f642}\n");
    }
}
