//! Reads an object whose members are strings. A function with richer input takes serde_json.

pub fn strings(text: &str) -> Result<Vec<(String, String)>, String> {
    let mut reader = Reader { text, at: 0 };
    reader.expect('{')?;
    let mut members = Vec::new();
    if !reader.next_is('}') {
        loop {
            let name = reader.string()?;
            reader.expect(':')?;
            members.push((name, reader.string()?));
            if !reader.next_is(',') {
                break;
            }
        }
        reader.expect('}')?;
    }
    match reader.rest() {
        "" => Ok(members),
        _ => Err(reader.wrong("nothing more is expected")),
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn wrong(&self, what: &str) -> String {
        format!("the JSON is wrong at byte {}: {what}", self.at)
    }

    /// What is left, without white space before it.
    fn rest(&mut self) -> &'a str {
        let rest = self.text[self.at..].trim_start_matches([' ', '\t', '\r', '\n']);
        self.at = self.text.len() - rest.len();
        rest
    }

    fn next_is(&mut self, c: char) -> bool {
        let found = self.rest().starts_with(c);
        self.at += found as usize;
        found
    }

    fn expect(&mut self, c: char) -> Result<(), String> {
        if self.next_is(c) {
            return Ok(());
        }
        Err(self.wrong(&format!("'{c}' is expected")))
    }

    fn string(&mut self) -> Result<String, String> {
        if !self.next_is('"') {
            return Err(self.wrong("a string is expected"));
        }
        let mut value = String::new();
        loop {
            let rest = &self.text[self.at..];
            let plain = rest.find(['"', '\\']).ok_or_else(|| self.wrong("a string does not end"))?;
            value.push_str(&rest[..plain]);
            self.at += plain + 1;
            if rest.as_bytes()[plain] == b'"' {
                return Ok(value);
            }
            value.push(self.escape()?);
        }
    }

    fn escape(&mut self) -> Result<char, String> {
        let escape = self.text[self.at..].chars().next().unwrap_or('"');
        self.at += escape.len_utf8();
        Ok(match escape {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => '\u{8}',
            'f' => '\u{c}',
            '"' | '\\' | '/' => escape,
            'u' => {
                let unit = self.unit()?;
                let mut code = unit;
                if (0xd800..0xdc00).contains(&unit) && self.text[self.at..].starts_with("\\u") {
                    self.at += 2;
                    code = 0x10000 + ((unit - 0xd800) << 10) + self.unit()?.wrapping_sub(0xdc00);
                }
                char::from_u32(code).ok_or_else(|| self.wrong("half of a character"))?
            }
            _ => return Err(self.wrong("an unknown escape")),
        })
    }

    fn unit(&mut self) -> Result<u32, String> {
        let digits = self.text.get(self.at..self.at + 4).unwrap_or("");
        let unit = u32::from_str_radix(digits, 16).map_err(|_| self.wrong("four hexadecimal digits are expected"))?;
        self.at += 4;
        Ok(unit)
    }
}
