//! Files that are generated from the code and committed, so that the two never differ.

/// Compares a committed file, by its path in the project, with what the code generates; with `UPDATE_TYPES` in the environment
/// it is written first. `test` is the test that does so.
pub fn keep(file: &str, generated: &str, test: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if std::env::var_os("UPDATE_TYPES").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, generated).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == generated, "{file} is out of date: run UPDATE_TYPES=1 cargo test {test}");
}
