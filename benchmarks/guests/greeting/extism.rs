//! A plug-in of Extism, which passes its input and output through functions of its own.

#![crate_type = "cdylib"]

mod greet;

#[link(wasm_import_module = "extism:host/env")]
extern "C" {
    fn input_length() -> u64;
    fn input_load_u8(offset: u64) -> u32;
    fn alloc(length: u64) -> u64;
    fn store_u8(offset: u64, value: u32);
    fn output_set(offset: u64, length: u64);
}

#[no_mangle]
pub extern "C" fn call() -> i32 {
    let input: Vec<u8> = unsafe { (0..input_length()).map(|i| input_load_u8(i) as u8).collect() };
    let answer = greet::greet(&String::from_utf8(input).expect("text in UTF-8"));
    unsafe {
        let output = alloc(answer.len() as u64);
        for (index, byte) in answer.bytes().enumerate() {
            store_u8(output + index as u64, byte.into());
        }
        output_set(output, answer.len() as u64);
    }
    0
}
