//! What every form of this guest does: `{"name":"Ada"}` becomes `{"greeting":"Hello, Ada"}`.

/// The name is copied as it stands in the JSON, escapes included, so that it is valid in the answer.
pub fn greet(json: &str) -> String {
    let name = string_member(json, "name").unwrap_or("World");
    let mut answer = String::with_capacity(name.len() + 24);
    answer.push_str("{\"greeting\":\"Hello, ");
    answer.push_str(name);
    answer.push_str("\"}");
    answer
}

fn string_member<'a>(json: &'a str, member: &str) -> Option<&'a str> {
    let mut quoted = json.split('"').skip(1).step_by(2);
    quoted.find(|key| *key == member)?;
    let start = json.find(member)? + member.len() + 1;
    let value = json[start..].trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
    let mut escaped = false;
    for (index, byte) in value.bytes().enumerate() {
        match byte {
            b'"' if !escaped => return Some(&value[..index]),
            b'\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    None
}
