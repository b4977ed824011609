# How mruby is built: for this machine what compiles Ruby to bytecode, and for WASI all of the rest
map = "-ffile-prefix-map=#{ENV['WORK']}=."
MRuby::Build.new do |conf|
  conf.toolchain :gcc
  conf.cc.flags = %w[-std=gnu99 -O0 -w]
  conf.gem core: 'mruby-bin-mrbc'
end
MRuby::CrossBuild.new('wasi') do |conf|
  conf.toolchain :clang
  conf.cc.command = conf.linker.command = 'clang-19'
  conf.archiver.command = 'llvm-ar-19'
  conf.cc.flags = %w[--target=wasm32-wasi -Os -w -fno-ident -mllvm -wasm-enable-sjlj -D_WASI_EMULATED_SIGNAL -D_WASI_EMULATED_PROCESS_CLOCKS
                     -D_WASI_EMULATED_MMAN] + [map] + ENV['MRUBY_DEFINES'].split
  %w[mruby-compar-ext mruby-enum-ext mruby-string-ext mruby-numeric-ext mruby-array-ext mruby-hash-ext mruby-range-ext mruby-proc-ext
     mruby-symbol-ext mruby-object-ext mruby-objectspace mruby-set mruby-fiber mruby-enumerator mruby-enum-lazy mruby-enum-chain
     mruby-toplevel-ext mruby-kernel-ext mruby-class-ext mruby-catch mruby-pack mruby-sprintf mruby-time mruby-struct mruby-data
     mruby-random mruby-math mruby-rational mruby-complex mruby-bigint mruby-metaprog mruby-method mruby-eval mruby-compiler mruby-error
     mruby-errno].each { |name| conf.gem core: name }
  conf.gem "#{ENV['WORK']}/gem"
end
