//! Generates the permissions of the commands, from which `permissions/default.toml` makes one set.

const COMMANDS: &[&str] = &["open", "send", "receive", "close", "status", "restart"];

fn main() {
    tauri_plugin::Builder::new(COMMANDS).build();
}
