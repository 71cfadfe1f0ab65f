//! What was said, as a whole.

use super::*;

#[test]
fn a_history_is_had_in_every_shape_and_put_into_a_file_whole() {
    let (data, out) = (folder(), folder());
    let mut room = host(data.path(), 0);
    room.running.say("# hello");
    room.running.wait("sent");
    let printed = |arguments: &[&str]| {
        let output = run(data.path(), &[&["history"], arguments].concat(), b"");
        assert_eq!(status(&output), 0, "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let text = printed(&["Study"]);
    assert!(text.starts_with("Study\n") && text.ends_with(" Ana: # hello\n"), "{text}");
    assert_eq!(printed(&["--format", "text"]), text);
    let markdown = printed(&["--format", "markdown"]);
    assert!(markdown.contains("\\# hello\n"), "{markdown}");
    let json: Value = serde_json::from_str(&printed(&["--format", "json"])).unwrap();
    assert_eq!(json["lines"].as_array().unwrap().last().unwrap()["text"], "# hello");
    let file = out.path().join("study.md");
    std::fs::write(&file, "old").unwrap();
    assert_eq!(printed(&["--output", file.to_str().unwrap()]), "");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), markdown);
    let nowhere = out.path().join("none/study.txt");
    let failed = run(data.path(), &["history", "--output", nowhere.to_str().unwrap()], b"");
    assert_eq!(status(&failed), 1);
    assert_eq!(String::from_utf8_lossy(&failed.stderr).lines().count(), 1);
    assert_eq!(status(&run(data.path(), &["history", "--json", "--format", "json"], b"")), 2);
}
