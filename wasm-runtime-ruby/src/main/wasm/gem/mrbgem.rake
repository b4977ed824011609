MRuby::Gem::Specification.new('script') do |gem|
  gem.license = 'Apache-2.0'
  gem.authors = 'the authors of this project'
  gem.summary = 'What scripts expect of Ruby beyond mruby: Regexp, JSON, Time with formats, BigDecimal, Logger'
  gem.add_dependency 'mruby-string-ext', core: 'mruby-string-ext'
  gem.add_dependency 'mruby-bigint', core: 'mruby-bigint'
  gem.add_dependency 'mruby-time', core: 'mruby-time'
  gem.add_dependency 'mruby-set', core: 'mruby-set'
  gem.add_dependency 'mruby-sprintf', core: 'mruby-sprintf'
  gem.add_dependency 'mruby-struct', core: 'mruby-struct'
  gem.add_dependency 'mruby-data', core: 'mruby-data'
  gem.add_dependency 'mruby-random', core: 'mruby-random'
  gem.cc.include_paths << "#{ENV['ONIGURUMA']}/src"
end
