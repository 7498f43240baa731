//! The framer, on inputs cut into chunks of every size.

use super::*;

/// The frames of an input cut into chunks of `size`, records as text.
fn frames(input: &str, size: usize) -> Vec<String> {
    let mut framer = Framer::new(ListShape { members: &["data"], first: &[], objects: &["list"] });
    let mut found = Vec::new();
    let mut drain = |framer: &mut Framer| {
        for frame in framer.take_frames() {
            found.push(match frame {
                Frame::Record { start, end } => {
                    String::from_utf8_lossy(&framer.doc().bytes[start..end]).replace(char::is_whitespace, "")
                }
                Frame::Broken(code) => format!("!{code}"),
                Frame::Flaw(code) => format!("~{code}"),
            });
        }
        framer.compact();
    };
    for chunk in input.as_bytes().chunks(size) {
        framer.feed(chunk);
        drain(&mut framer);
    }
    framer.finish();
    drain(&mut framer);
    found
}

#[track_caller]
fn expect(input: &str, expected: &[&str]) {
    for size in [1, 2, 3, 7, 63, 64, 65, 1000] {
        assert_eq!(frames(input, size), expected, "chunks of {size}");
    }
}

#[test]
fn every_form_of_input_gives_its_records() {
    expect(r#"{"a":1}"#, &[r#"{"a":1}"#]);
    expect("\u{feff} [ {\"a\":1} , {\"b\":{\"c\":[2]}} ]\n", &[r#"{"a":1}"#, r#"{"b":{"c":[2]}}"#]);
    expect("{\"a\":1}\n{\"b\":2}\r\n\n{\"c\":3}", &[r#"{"a":1}"#, r#"{"b":2}"#, r#"{"c":3}"#]);
    expect(
        r#"{"object":"list","x":[1],"data":[{"a":"]}"},{"b":"\"{"}],"has_more":false,"y":[2]}"#,
        &[r#"{"a":"]}"}"#, r#"{"b":"\"{"}"#],
    );
    expect(r#"{"id":"evt","data":{"object":{"data":[1]}}}"#, &[r#"{"id":"evt","data":{"object":{"data":[1]}}}"#]);
    expect("[]", &[]);
    expect(r#"{"object":"list","data":[]}"#, &[]);
}

#[test]
fn what_is_no_object_costs_only_itself() {
    expect(
        r#"[{"a":1},null,{"b":2},"x,y",3]"#,
        &[r#"{"a":1}"#, "!not_an_object", r#"{"b":2}"#, "!not_an_object", "!not_an_object"],
    );
    expect(r#"[1]"#, &["!not_an_object"]);
    expect(r#"[NaN,{"a":1}]"#, &["!not_an_object", r#"{"a":1}"#]);
    expect(r#"[[{"a":1}]]"#, &[r#"[{"a":1}]"#]);
}

#[test]
fn wrong_commas_are_flaws() {
    expect(r#"[{"a":1},]"#, &[r#"{"a":1}"#, "~malformed_json"]);
    expect(r#"[{"a":1} {"b":2}]"#, &[r#"{"a":1}"#, "~malformed_json", r#"{"b":2}"#]);
    expect("{\"a\":1},\n{\"b\":2}", &[r#"{"a":1}"#, "~malformed_json", r#"{"b":2}"#]);
}

#[test]
fn a_cut_line_costs_only_itself() {
    expect("{\"a\":1\n{\"b\":2}\n{\"c\":3}\n", &["!truncated_json", r#"{"b":2}"#, r#"{"c":3}"#]);
    expect("{\"a\":\"no end\n{\"b\":2}\n", &["!truncated_json", r#"{"b":2}"#]);
    expect("{\"a\":[1,\n{\"b\":2}]}", &[r#"{"a":[1,{"b":2}]}"#]);
    expect("{\"a\":1,\n{\"b\":2}", &["!truncated_json", r#"{"b":2}"#]);
    expect("{\"a\":1}\noops\n{\"b\":2}", &[r#"{"a":1}"#, "!malformed_json", r#"{"b":2}"#]);
}

#[test]
fn a_cut_line_gives_its_neighbours_back() {
    // The cut falls where the next line could stand as a value.
    for cut in [r#"{"a":"#, r#"{"a":"https:"#, r#"{"a":["#, r#"{"a":[{"b":1},"#] {
        let input = format!("{cut}\n{{\"b\":2}}\n{{\"c\":3}}\n");
        expect(&input, &["!truncated_json", r#"{"b":2}"#, r#"{"c":3}"#]);
    }
    expect(" {\"a\":1\n {\"b\":2}\n {\"c\":3}\n", &["!truncated_json", r#"{"b":2}"#, r#"{"c":3}"#]);
}

#[test]
fn a_record_with_an_array_named_like_a_lists_is_a_record() {
    expect(r#"{"object":"charge","data":[1]}"#, &[r#"{"object":"charge","data":[1]}"#]);
    expect(r#"{"object":"list","data":[{"a":1}],"data":[{"b":2}]}"#, &[r#"{"a":1}"#, "~duplicate_key", r#"{"b":2}"#]);
}

#[test]
fn lines_inside_a_record_are_looked_at_once() {
    // A quarter of a megabyte of `{},` lines took half a minute when each line walked the record again.
    let input = format!("{{\"a\":[\n{}{{}}]}}", "{},\n".repeat(100_000));
    assert_eq!(frames(&input, 1 << 20).len(), 1);
}

#[test]
fn an_input_cut_off_keeps_what_is_whole() {
    expect(r#"[{"a":1},{"b":"#, &[r#"{"a":1}"#, "!truncated_json"]);
    expect(r#"[{"a":1},"#, &[r#"{"a":1}"#, "~malformed_json", "~truncated_json"]);
    expect(r#"{"object":"list","data":[{"a":1}"#, &[r#"{"a":1}"#, "~truncated_json"]);
}

#[test]
fn what_is_no_json_is_one_error() {
    expect("<!DOCTYPE html><html>{}</html>", &["!not_json"]);
    expect("hello\nworld\n", &["!not_json"]);
    expect("hello", &["!not_json"]);
    expect("", &["~empty_input"]);
    expect(" \n\u{20}", &["~empty_input"]);
    expect("\u{feff}", &["~empty_input"]);
}

#[test]
fn a_record_too_large_is_counted_and_dropped() {
    let long = "x".repeat(MAX_RECORD);
    let input = format!("[{{\"a\":1}},{{\"b\":\"{long}\"}},{{\"c\":3}}]");
    assert_eq!(frames(&input, 1 << 20), [r#"{"a":1}"#, "!record_too_large", r#"{"c":3}"#]);
}
