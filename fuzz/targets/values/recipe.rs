//! Makes bytes of the format, right for the most part, from any bytes: each value is a tag chosen by one byte and the parts
//! that belong to it, made from what follows. So whatever the fuzzer changes still reaches deep into the reader.

/// Values within values.
const DEPTH_MAX: usize = 12;
/// Parts of one value.
const PARTS_MAX: u8 = 6;

const VIEWS: &[u8] = b"bBCwWdDhfFqQ?";

/// Appends the value that `recipe` stands for; an empty one stands for `undefined`.
pub(crate) fn cook(recipe: &[u8], out: &mut Vec<u8>) {
    let mut cook = Cook { recipe: recipe.iter(), out };
    cook.value(0);
}

struct Cook<'a> {
    recipe: std::slice::Iter<'a, u8>,
    out: &'a mut Vec<u8>,
}

impl Cook<'_> {
    fn next(&mut self) -> u8 {
        self.recipe.next().copied().unwrap_or(0)
    }

    fn count(&mut self) -> u8 {
        self.next() % PARTS_MAX
    }

    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.out.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.out.push(value as u8);
    }

    /// A count as it should be; in one of 32 cases another.
    fn count_of(&mut self, right: usize) {
        let wrong = self.next();
        let value = if wrong >= 248 { u64::from(wrong) << (wrong % 40) } else { right as u64 };
        self.varint(value);
    }

    fn raw(&mut self, length: usize) {
        for _ in 0..length {
            let byte = self.next();
            self.out.push(byte);
        }
    }

    fn value(&mut self, depth: usize) {
        let tag = self.next();
        let tag = if depth >= DEPTH_MAX { tag % 10 } else { tag % 36 };
        match tag {
            0 => self.out.push(b'_'),
            1 => self.out.push(b'0'),
            2 => self.out.push(b'T'),
            3 => self.integer(b'I'),
            4 => self.integer(b'U'),
            5 => self.double(b'N'),
            6 => self.big(b'Z'),
            7 | 8 => self.string(),
            9 => {
                self.out.push(b'^');
                let number = self.count();
                self.varint(u64::from(number));
            }
            10..=13 => self.object(depth),
            14..=16 => self.dense(depth),
            17 => self.sparse(depth),
            18 => self.double(b'D'),
            19 => self.out.push(b'y'),
            20 => self.double(b'n'),
            21 => self.big(b'z'),
            22 => {
                self.out.push(b's');
                self.string();
            }
            23 => self.regexp(),
            24 | 25 => self.collection(b';', b':', 2, depth),
            26 => self.collection(b'\'', b',', 1, depth),
            27 => self.buffer(),
            28..=30 => self.view(depth),
            31 => self.error(depth),
            32 => self.native_error(depth),
            33 => self.exception(),
            34 => {
                self.out.push(b'?');
                self.raw(1);
                self.value(depth + 1);
            }
            _ => self.raw(3),
        }
    }

    fn integer(&mut self, tag: u8) {
        let (value, shift) = (self.next(), self.next() % 56);
        self.out.push(tag);
        self.varint(u64::from(value) << shift);
    }

    fn double(&mut self, tag: u8) {
        self.out.push(tag);
        self.raw(8);
    }

    fn big(&mut self, tag: u8) {
        self.out.push(tag);
        let (count, sign) = (self.count(), self.next());
        let length = usize::from(count) * 8 + usize::from(sign / 2 % 16 == 15);
        self.varint(length as u64 * 2 + u64::from(sign & 1));
        self.raw(length);
    }

    fn string(&mut self) {
        let kind = self.next();
        let length = usize::from(kind >> 2);
        match kind % 4 {
            0 | 1 => {
                self.out.push(b'"');
                self.count_of(length);
                self.raw(length);
            }
            2 => {
                self.out.extend_from_slice(if self.out.len().is_multiple_of(2) { b"c" } else { b"\0c" });
                self.count_of(length * 2);
                self.raw(length * 2);
            }
            _ => {
                self.out.push(b'S');
                self.count_of(length);
                self.raw(length);
            }
        }
    }

    /// Names that mean something to objects, arrays and errors, and others.
    fn key(&mut self) {
        const KEYS: [&str; 14] = [
            "a",
            "__proto__",
            "constructor",
            "length",
            "0",
            "1",
            "4294967295",
            "stack",
            "message",
            "cause",
            "name",
            "toString",
            "errors",
            "",
        ];
        match self.next() {
            choice if usize::from(choice) < 8 * KEYS.len() => {
                let key = KEYS[usize::from(choice) % KEYS.len()];
                self.out.push(b'"');
                self.varint(key.len() as u64);
                self.out.extend_from_slice(key.as_bytes());
            }
            choice if choice < 200 => self.integer(b'I'),
            choice if choice < 210 => self.double(b'N'),
            _ => self.string(),
        }
    }

    fn properties(&mut self, end: u8, depth: usize) {
        let count = self.count();
        for _ in 0..count {
            self.key();
            self.value(depth + 1);
        }
        self.out.push(end);
        self.count_of(usize::from(count));
    }

    fn object(&mut self, depth: usize) {
        self.out.push(b'o');
        self.properties(b'{', depth);
    }

    fn dense(&mut self, depth: usize) {
        self.out.push(b'A');
        let length = self.count();
        self.count_of(usize::from(length));
        for _ in 0..length {
            if self.next() % 8 == 7 { self.out.push(b'-') } else { self.value(depth + 1) }
        }
        self.properties(b'$', depth);
        self.count_of(usize::from(length));
    }

    fn sparse(&mut self, depth: usize) {
        self.out.push(b'a');
        let (value, shift) = (self.next(), self.next() % 26);
        let length = u64::from(value) << shift;
        self.varint(length);
        self.properties(b'@', depth);
        self.varint(length);
    }

    fn regexp(&mut self) {
        self.out.push(b'R');
        self.string();
        let flags = self.next();
        self.varint(u64::from(flags));
    }

    fn collection(&mut self, tag: u8, end: u8, parts: u8, depth: usize) {
        self.out.push(tag);
        let count = self.count() * parts;
        for _ in 0..count {
            self.value(depth + 1);
        }
        self.out.push(end);
        self.count_of(usize::from(count));
    }

    fn buffer(&mut self) {
        let kind = self.next();
        let length = usize::from(kind >> 1);
        if kind & 1 == 0 {
            self.out.push(b'B');
            self.count_of(length);
        } else {
            self.out.push(b'~');
            self.count_of(length);
            // Little more, or the engine runs out of addresses before it collects.
            let (more, shift) = (self.next(), self.next() % 12);
            self.varint(length as u64 + (u64::from(more) << shift));
        }
        self.raw(length);
    }

    fn view(&mut self, depth: usize) {
        // One of eight is a view of something else.
        if self.next() % 8 == 7 {
            self.value(depth + 1)
        } else {
            self.buffer()
        }
        let class = self.next();
        self.out.extend_from_slice(&[b'V', VIEWS[usize::from(class) % VIEWS.len()]]);
        for _ in 0..3 {
            let part = self.next();
            self.varint(u64::from(part));
        }
    }

    fn error(&mut self, depth: usize) {
        self.out.push(b'r');
        for _ in 0..self.count() {
            let part = b"ERFSTUmcs"[usize::from(self.next()) % 9];
            self.out.push(part);
            match part {
                b'm' | b's' => self.string(),
                b'c' => self.value(depth + 1),
                _ => {}
            }
        }
        self.out.push(b'.');
    }

    fn native_error(&mut self, depth: usize) {
        self.out.extend_from_slice(&[b'\\', 10]);
        let class = self.next() % 16;
        self.varint(u64::from(class));
        if class == 0 || class == 9 {
            self.value(depth + 1);
        }
        self.string();
        if self.next() % 16 == 15 { self.value(depth + 1) } else { self.object(depth) }
    }

    fn exception(&mut self) {
        self.out.extend_from_slice(&[b'\\', 8]);
        for _ in 0..3 {
            let length = self.next() % 32;
            self.varint(u64::from(length));
            self.raw(usize::from(length));
        }
    }
}
