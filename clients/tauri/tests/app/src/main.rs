//! What an app needs of its own: nothing but the plugin.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() {
    tauri::Builder::default()
        .plugin(tauri_plugin_litebase::init())
        .run(tauri::generate_context!())
        .expect("the app cannot run");
}
