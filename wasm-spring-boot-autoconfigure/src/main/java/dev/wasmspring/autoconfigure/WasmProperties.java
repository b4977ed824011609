package dev.wasmspring.autoconfigure;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.wasmspring.function.HttpShape;
import dev.wasmspring.sandbox.compiler.CompilationCache;
import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.MimeType;
import org.springframework.util.unit.DataSize;

/**
 * Configuration properties of WebAssembly functions. Bound while the context starts and
 * not changed after that.
 */
@ApiStatus.Internal
@ConfigurationProperties("wasm")
public class WasmProperties {

	/**
	 * Whether WebAssembly modules are found and registered as functions.
	 */
	private boolean enabled = true;

	/**
	 * Comma-separated list of resource patterns that say where modules and scripts are. A
	 * 'file:' pattern finds those outside of the application.
	 */
	private List<String> locations = new ArrayList<>(List.of("classpath*:/wasm/*"));

	/**
	 * What happens when a module cannot be used.
	 */
	private InvalidModules invalidModules = InvalidModules.FAIL;

	/**
	 * Whether all functions are loaded and reported on instead of a start. The process
	 * ends with the exit code 1 if a module cannot be used.
	 */
	private boolean check;

	/**
	 * Whether modules at 'file:' locations that are added, changed or removed are picked
	 * up while the application runs.
	 */
	private boolean reload;

	/**
	 * Time between two looks at the 'file:' locations. A file that changed is loaded when
	 * it is found the same twice.
	 */
	private Duration reloadInterval = Duration.ofMillis(500);

	/**
	 * Time that reading a module, the files of a mount, or looking at a 'file:' location
	 * may take.
	 */
	private Duration readTimeout = Duration.ofSeconds(30);

	private final Compilation compilation = new Compilation();

	private final Web web = new Web();

	private final Health health = new Health();

	private final Limits limits = new Limits();

	private final Scripts scripts = new Scripts();

	/**
	 * Settings of single functions, by the name of the function. A name with other
	 * characters than ASCII letters, digits, dashes and underscores must be put in
	 * brackets.
	 */
	private final Map<String, Function> functions = new LinkedHashMap<>();

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public List<String> getLocations() {
		return this.locations;
	}

	public void setLocations(List<String> locations) {
		this.locations = locations;
	}

	public InvalidModules getInvalidModules() {
		return this.invalidModules;
	}

	public void setInvalidModules(InvalidModules invalidModules) {
		this.invalidModules = invalidModules;
	}

	public boolean isCheck() {
		return this.check;
	}

	public void setCheck(boolean check) {
		this.check = check;
	}

	public boolean isReload() {
		return this.reload;
	}

	public void setReload(boolean reload) {
		this.reload = reload;
	}

	public Duration getReloadInterval() {
		return this.reloadInterval;
	}

	public void setReloadInterval(Duration reloadInterval) {
		this.reloadInterval = reloadInterval;
	}

	public Duration getReadTimeout() {
		return this.readTimeout;
	}

	public void setReadTimeout(Duration readTimeout) {
		this.readTimeout = readTimeout;
	}

	public Compilation getCompilation() {
		return this.compilation;
	}

	public Web getWeb() {
		return this.web;
	}

	public Health getHealth() {
		return this.health;
	}

	public Limits getLimits() {
		return this.limits;
	}

	public Scripts getScripts() {
		return this.scripts;
	}

	public Map<String, Function> getFunctions() {
		return this.functions;
	}

	/**
	 * What happens when a module cannot be used.
	 */
	public enum InvalidModules {

		/**
		 * The application does not start.
		 */
		FAIL,

		/**
		 * The module is logged and reported as rejected; all others work.
		 */
		SKIP

	}

	/**
	 * How modules are compiled.
	 */
	public static class Compilation {

		/**
		 * When modules are compiled.
		 */
		private Mode mode = Mode.EAGER;

		/**
		 * Directory that keeps compiled modules for the next start. It must belong to the
		 * user of the application alone; it is created if it does not exist. Without it
		 * every start compiles every module.
		 */
		private @Nullable Path cacheDirectory;

		/**
		 * Size of the compiled modules that the directory keeps. Those that were not used
		 * for the longest time are deleted.
		 */
		private DataSize cacheSize = DataSize.ofBytes(CompilationCache.DEFAULT_MAX_SIZE);

		/**
		 * Memory that modules may hold together while they are loaded, about. Those that
		 * were not called for the longest time are unloaded, and loaded again at their
		 * next call. With a cache directory a quarter of the machine's memory if it is
		 * not set, but no more than half of the heap; without one any number, since they
		 * would be compiled again.
		 */
		private @Nullable DataSize loadedMemory;

		/**
		 * Whether functions that are too large for the JVM's compilers are split.
		 */
		private boolean splitFunctions = true;

		/**
		 * Modules whose functions are not split, by their name.
		 */
		private Set<String> unsplitModules = new LinkedHashSet<>();

		public boolean isSplitFunctions() {
			return this.splitFunctions;
		}

		public void setSplitFunctions(boolean splitFunctions) {
			this.splitFunctions = splitFunctions;
		}

		public Set<String> getUnsplitModules() {
			return this.unsplitModules;
		}

		public void setUnsplitModules(Set<String> unsplitModules) {
			this.unsplitModules = unsplitModules;
		}

		public @Nullable Path getCacheDirectory() {
			return this.cacheDirectory;
		}

		public void setCacheDirectory(@Nullable Path cacheDirectory) {
			this.cacheDirectory = cacheDirectory;
		}

		public DataSize getCacheSize() {
			return this.cacheSize;
		}

		public void setCacheSize(DataSize cacheSize) {
			this.cacheSize = cacheSize;
		}

		public @Nullable DataSize getLoadedMemory() {
			return this.loadedMemory;
		}

		public void setLoadedMemory(@Nullable DataSize loadedMemory) {
			this.loadedMemory = loadedMemory;
		}

		public Mode getMode() {
			return this.mode;
		}

		public void setMode(Mode mode) {
			this.mode = mode;
		}

		/**
		 * When modules are compiled.
		 */
		public enum Mode {

			/**
			 * While the application starts, several at once.
			 */
			EAGER,

			/**
			 * Each at the first call of one of its functions.
			 */
			LAZY

		}

	}

	/**
	 * The REST endpoint.
	 */
	public static class Web {

		/** The default of the path. */
		public static final String PATH = "/functions";

		/**
		 * Whether functions can be called over HTTP.
		 */
		private boolean enabled = true;

		/**
		 * Path below which each function has its own, which ends in its name.
		 */
		private String path = PATH;

		private final OpenApi openapi = new OpenApi();

		private final Playground playground = new Playground();

		public Playground getPlayground() {
			return this.playground;
		}

		public OpenApi getOpenapi() {
			return this.openapi;
		}

		/**
		 * Number of calls that run at once in a WebFlux application, where they have
		 * threads of their own.
		 */
		private int threads = 200;

		public int getThreads() {
			return this.threads;
		}

		public void setThreads(int threads) {
			this.threads = threads;
		}

		/**
		 * Whether commands and scripts learn the roles that Spring Security knows of
		 * their callers.
		 */
		private boolean callerRoles;

		private final Exposure exposure = new Exposure();

		private final Cors cors = new Cors();

		public boolean isCallerRoles() {
			return this.callerRoles;
		}

		public void setCallerRoles(boolean callerRoles) {
			this.callerRoles = callerRoles;
		}

		public Exposure getExposure() {
			return this.exposure;
		}

		public Cors getCors() {
			return this.cors;
		}

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

		public String getPath() {
			return this.path;
		}

		public void setPath(String path) {
			this.path = path;
		}

	}

	/**
	 * The description of the endpoint.
	 */
	public static class OpenApi {

		/**
		 * Whether the functions are described in OpenAPI.
		 */
		private boolean enabled = true;

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

	}

	/**
	 * Which functions can be called over HTTP.
	 */
	public static class Exposure {

		/**
		 * Names of the functions that can be called over HTTP, or '*' for all. A name may
		 * have '*' in it.
		 */
		private Set<String> include = new LinkedHashSet<>(Set.of("*"));

		/**
		 * Names of the functions that cannot be called over HTTP although they are
		 * included, or '*' for all. A name may have '*' in it.
		 */
		private Set<String> exclude = new LinkedHashSet<>();

		public Set<String> getInclude() {
			return this.include;
		}

		public void setInclude(Set<String> include) {
			this.include = include;
		}

		public Set<String> getExclude() {
			return this.exclude;
		}

		public void setExclude(Set<String> exclude) {
			this.exclude = exclude;
		}

	}

	/**
	 * The page on which functions are tried.
	 */
	public static class Playground {

		/**
		 * Whether there is a page on which functions are called and scripts are run. On
		 * with Spring Boot's developer tools.
		 */
		private boolean enabled;

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

	}

	/**
	 * What pages of other origins may do with the endpoint.
	 */
	public static class Cors {

		/**
		 * Comma-separated list of origins to allow, or '*' for all. When credentials are
		 * allowed, '*' cannot be used and origin patterns should be configured instead.
		 * Unless origins or origin patterns are set, there is no CORS.
		 */
		private List<String> allowedOrigins = new ArrayList<>();

		/**
		 * Comma-separated list of origin patterns to allow, with '*' in them. Unlike
		 * allowed origins, they may be used when credentials are allowed.
		 */
		private List<String> allowedOriginPatterns = new ArrayList<>();

		/**
		 * Comma-separated list of methods to allow, or '*' for all. GET, HEAD and POST
		 * unless set.
		 */
		private List<String> allowedMethods = new ArrayList<>();

		/**
		 * Comma-separated list of headers to allow in a request, or '*' for all, which is
		 * the default.
		 */
		private List<String> allowedHeaders = new ArrayList<>();

		/**
		 * Comma-separated list of headers of a response that pages may read.
		 */
		private List<String> exposedHeaders = new ArrayList<>();

		/**
		 * Whether credentials are allowed. Not unless set.
		 */
		private @Nullable Boolean allowCredentials;

		/**
		 * How long clients may keep the answer to a preflight request.
		 */
		private Duration maxAge = Duration.ofSeconds(1800);

		public List<String> getAllowedOrigins() {
			return this.allowedOrigins;
		}

		public void setAllowedOrigins(List<String> allowedOrigins) {
			this.allowedOrigins = allowedOrigins;
		}

		public List<String> getAllowedOriginPatterns() {
			return this.allowedOriginPatterns;
		}

		public void setAllowedOriginPatterns(List<String> allowedOriginPatterns) {
			this.allowedOriginPatterns = allowedOriginPatterns;
		}

		public List<String> getAllowedMethods() {
			return this.allowedMethods;
		}

		public void setAllowedMethods(List<String> allowedMethods) {
			this.allowedMethods = allowedMethods;
		}

		public List<String> getAllowedHeaders() {
			return this.allowedHeaders;
		}

		public void setAllowedHeaders(List<String> allowedHeaders) {
			this.allowedHeaders = allowedHeaders;
		}

		public List<String> getExposedHeaders() {
			return this.exposedHeaders;
		}

		public void setExposedHeaders(List<String> exposedHeaders) {
			this.exposedHeaders = exposedHeaders;
		}

		public @Nullable Boolean getAllowCredentials() {
			return this.allowCredentials;
		}

		public void setAllowCredentials(@Nullable Boolean allowCredentials) {
			this.allowCredentials = allowCredentials;
		}

		public Duration getMaxAge() {
			return this.maxAge;
		}

		public void setMaxAge(Duration maxAge) {
			this.maxAge = maxAge;
		}

	}

	/**
	 * The REST endpoint of a function.
	 */
	public static class FunctionWeb {

		/**
		 * Whether the function can be called over HTTP. What wasm.web.exposure says of it
		 * unless set.
		 */
		private @Nullable Boolean enabled;

		/**
		 * Whether the function learns the roles that Spring Security knows of its caller.
		 * As wasm.web.caller-roles says unless set.
		 */
		private @Nullable Boolean callerRoles;

		public @Nullable Boolean getEnabled() {
			return this.enabled;
		}

		public void setEnabled(@Nullable Boolean enabled) {
			this.enabled = enabled;
		}

		public @Nullable Boolean getCallerRoles() {
			return this.callerRoles;
		}

		public void setCallerRoles(@Nullable Boolean callerRoles) {
			this.callerRoles = callerRoles;
		}

	}

	/**
	 * The health contributor.
	 */
	public static class Health {

		/**
		 * What a module that cannot be used means for the health of the application.
		 */
		private RejectedModules rejectedModules = RejectedModules.REPORT;

		public RejectedModules getRejectedModules() {
			return this.rejectedModules;
		}

		public void setRejectedModules(RejectedModules rejectedModules) {
			this.rejectedModules = rejectedModules;
		}

		/**
		 * What a module that cannot be used means for the health of the application.
		 */
		public enum RejectedModules {

			/**
			 * It is among the details, and the application is up.
			 */
			REPORT,

			/**
			 * The application is out of service, unless an older version of the module is
			 * in service.
			 */
			OUT_OF_SERVICE

		}

	}

	/**
	 * What modules and calls may use.
	 */
	public static class Limits {

		/**
		 * Time that a call may take.
		 */
		private Duration timeout = Duration.ofSeconds(5);

		/**
		 * Linear memory that a call may use.
		 */
		private DataSize memory = DataSize.ofMegabytes(64);

		/**
		 * Stack that the functions of a guest have at least, however they are called.
		 */
		private DataSize stack = DataSize.ofBytes(dev.wasmspring.sandbox.limit.Limits.DEFAULT_STACK);

		/**
		 * Size of the largest input that a function takes.
		 */
		private DataSize input = DataSize.ofMegabytes(1);

		/**
		 * Size of the largest output that a function may give.
		 */
		private DataSize output = DataSize.ofMegabytes(1);

		/**
		 * Number of calls of one function that may run at once.
		 */
		private int concurrency = 64;

		/**
		 * Number of calls of one function that may wait when as many run as may. With 0
		 * they are rejected at once.
		 */
		private int queueSize;

		/**
		 * Time that a call may wait for its turn before it is rejected.
		 */
		private Duration queueTimeout = Duration.ofSeconds(1);

		/**
		 * Size of the largest module that is read.
		 */
		private DataSize moduleSize = DataSize.ofMegabytes(32);

		/**
		 * Memory of the host that all running calls may hold together. Half of the heap
		 * if it is not set.
		 */
		private @Nullable DataSize totalMemory;

		/**
		 * Memory of the host that all running calls may take in a second, beyond the
		 * first 64 KB of each, or 256 KB of a script. Half of the heap if it is not set,
		 * but no more than 256 MB for each processor.
		 */
		private @Nullable DataSize memoryRate;

		private final Initialization initialization = new Initialization();

		public Initialization getInitialization() {
			return this.initialization;
		}

		public @Nullable DataSize getTotalMemory() {
			return this.totalMemory;
		}

		public void setTotalMemory(@Nullable DataSize totalMemory) {
			this.totalMemory = totalMemory;
		}

		public @Nullable DataSize getMemoryRate() {
			return this.memoryRate;
		}

		public void setMemoryRate(@Nullable DataSize memoryRate) {
			this.memoryRate = memoryRate;
		}

		public Duration getTimeout() {
			return this.timeout;
		}

		public void setTimeout(Duration timeout) {
			this.timeout = timeout;
		}

		public DataSize getMemory() {
			return this.memory;
		}

		public void setMemory(DataSize memory) {
			this.memory = memory;
		}

		public DataSize getStack() {
			return this.stack;
		}

		public void setStack(DataSize stack) {
			this.stack = stack;
		}

		public DataSize getInput() {
			return this.input;
		}

		public void setInput(DataSize input) {
			this.input = input;
		}

		public DataSize getOutput() {
			return this.output;
		}

		public void setOutput(DataSize output) {
			this.output = output;
		}

		public int getConcurrency() {
			return this.concurrency;
		}

		public void setConcurrency(int concurrency) {
			this.concurrency = concurrency;
		}

		public int getQueueSize() {
			return this.queueSize;
		}

		public void setQueueSize(int queueSize) {
			this.queueSize = queueSize;
		}

		public Duration getQueueTimeout() {
			return this.queueTimeout;
		}

		public void setQueueTimeout(Duration queueTimeout) {
			this.queueTimeout = queueTimeout;
		}

		public DataSize getModuleSize() {
			return this.moduleSize;
		}

		public void setModuleSize(DataSize moduleSize) {
			this.moduleSize = moduleSize;
		}

	}

	/**
	 * Scripts that the application compiles while it runs.
	 */
	public static class Scripts {

		/**
		 * Number of scripts compiled at run time that may be open at once.
		 */
		private int maxCount = 1_000;

		/**
		 * Memory of the host that scripts compiled at run time may hold together. A
		 * quarter of the heap if it is not set.
		 */
		private @Nullable DataSize maxMemory;

		public int getMaxCount() {
			return this.maxCount;
		}

		public void setMaxCount(int maxCount) {
			this.maxCount = maxCount;
		}

		public @Nullable DataSize getMaxMemory() {
			return this.maxMemory;
		}

		public void setMaxMemory(@Nullable DataSize maxMemory) {
			this.maxMemory = maxMemory;
		}

	}

	/**
	 * What initialising a module, loading a script or starting its runtime may use.
	 */
	public static class Initialization {

		/**
		 * Time that initialising a module, loading a script or starting its runtime may
		 * take. 30 seconds, or as long as a call if that is longer, if it is not set.
		 */
		private @Nullable Duration timeout;

		/**
		 * Linear memory that initialising may use. As much as a call if it is not set.
		 */
		private @Nullable DataSize memory;

		public @Nullable Duration getTimeout() {
			return this.timeout;
		}

		public void setTimeout(@Nullable Duration timeout) {
			this.timeout = timeout;
		}

		public @Nullable DataSize getMemory() {
			return this.memory;
		}

		public void setMemory(@Nullable DataSize memory) {
			this.memory = memory;
		}

	}

	/**
	 * Settings of one function.
	 */
	public static class Function {

		/**
		 * Whether the function is registered.
		 */
		private boolean enabled = true;

		/**
		 * Description of the function, for people.
		 */
		private @Nullable String description;

		/**
		 * Comma-separated list of the arguments that a command sees, without the
		 * program's name.
		 */
		private List<String> arguments = new ArrayList<>();

		/**
		 * Whether the module of the function is initialised once, and every call starts
		 * from the state after that. Otherwise each call initialises it, as do calls of
		 * the module's other functions.
		 */
		private boolean snapshot = true;

		/**
		 * Environment variables that a command sees.
		 */
		private final Map<String, String> environment = new LinkedHashMap<>();

		/**
		 * Directories that the guest sees.
		 */
		private final List<Mount> mounts = new ArrayList<>();

		/**
		 * Steps in which the clocks of the guest go.
		 */
		private Duration clockResolution = Duration.ofMillis(1);

		/**
		 * Content type of the input. Any is taken when it is not set.
		 */
		private @Nullable MimeType consumes;

		/**
		 * Content type of the output. That of the input when it is not set.
		 */
		private @Nullable MimeType produces;

		/**
		 * JSON Schema of the input, or its location. That of the file beside the module
		 * when it is not set.
		 */
		private @Nullable String inputSchema;

		/**
		 * JSON Schema of the output, or its location. That of the file beside the module
		 * when it is not set.
		 */
		private @Nullable String outputSchema;

		/**
		 * Comma-separated list of the headers of a message that the function sees: a
		 * command as environment variables that begin with 'HEADER_', a script as its
		 * second parameter.
		 */
		private Set<String> headers = new LinkedHashSet<>();

		private final Http http = new Http();

		private final FunctionLimits limits = new FunctionLimits();

		public Set<String> getHeaders() {
			return this.headers;
		}

		public void setHeaders(Set<String> headers) {
			this.headers = headers;
		}

		public Http getHttp() {
			return this.http;
		}

		private final FunctionWeb web = new FunctionWeb();

		public FunctionWeb getWeb() {
			return this.web;
		}

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

		public @Nullable String getDescription() {
			return this.description;
		}

		public void setDescription(@Nullable String description) {
			this.description = description;
		}

		public List<String> getArguments() {
			return this.arguments;
		}

		public void setArguments(List<String> arguments) {
			this.arguments = arguments;
		}

		public boolean isSnapshot() {
			return this.snapshot;
		}

		public void setSnapshot(boolean snapshot) {
			this.snapshot = snapshot;
		}

		public Map<String, String> getEnvironment() {
			return this.environment;
		}

		public List<Mount> getMounts() {
			return this.mounts;
		}

		public Duration getClockResolution() {
			return this.clockResolution;
		}

		public void setClockResolution(Duration clockResolution) {
			this.clockResolution = clockResolution;
		}

		public @Nullable MimeType getConsumes() {
			return this.consumes;
		}

		public void setConsumes(@Nullable MimeType consumes) {
			this.consumes = consumes;
		}

		public @Nullable MimeType getProduces() {
			return this.produces;
		}

		public void setProduces(@Nullable MimeType produces) {
			this.produces = produces;
		}

		public @Nullable String getInputSchema() {
			return this.inputSchema;
		}

		public void setInputSchema(@Nullable String inputSchema) {
			this.inputSchema = inputSchema;
		}

		public @Nullable String getOutputSchema() {
			return this.outputSchema;
		}

		public void setOutputSchema(@Nullable String outputSchema) {
			this.outputSchema = outputSchema;
		}

		public FunctionLimits getLimits() {
			return this.limits;
		}

	}

	/**
	 * What a function may make of HTTP.
	 */
	public static class Http {

		/**
		 * Whether calling the function changes nothing, so that GET and HEAD call it too.
		 */
		private boolean safe;

		/**
		 * Whether the function sees the request and shapes the answer, by convention.
		 */
		private boolean shaped;

		/**
		 * Methods that call the function. POST if it is not set, GET and HEAD too if the
		 * function is safe.
		 */
		private Set<String> methods = new LinkedHashSet<>();

		/**
		 * Header Cache-Control of answers to GET and HEAD.
		 */
		private String cacheControl = HttpShape.CACHE_CONTROL;

		/**
		 * Headers of the request that a function sees which shapes its answer, beside
		 * Content-Type.
		 */
		private Set<String> requestHeaders = new LinkedHashSet<>();

		/**
		 * Headers that a function may set although they speak for the whole application,
		 * such as Set-Cookie.
		 */
		private Set<String> responseHeaders = new LinkedHashSet<>();

		public boolean isSafe() {
			return this.safe;
		}

		public void setSafe(boolean safe) {
			this.safe = safe;
		}

		public boolean isShaped() {
			return this.shaped;
		}

		public void setShaped(boolean shaped) {
			this.shaped = shaped;
		}

		public Set<String> getMethods() {
			return this.methods;
		}

		public void setMethods(Set<String> methods) {
			this.methods = methods;
		}

		public String getCacheControl() {
			return this.cacheControl;
		}

		public void setCacheControl(String cacheControl) {
			this.cacheControl = cacheControl;
		}

		public Set<String> getRequestHeaders() {
			return this.requestHeaders;
		}

		public void setRequestHeaders(Set<String> requestHeaders) {
			this.requestHeaders = requestHeaders;
		}

		public Set<String> getResponseHeaders() {
			return this.responseHeaders;
		}

		public void setResponseHeaders(Set<String> responseHeaders) {
			this.responseHeaders = responseHeaders;
		}

	}

	/**
	 * A directory that a guest sees.
	 */
	public static class Mount {

		/**
		 * Where the guest sees it, for example '/data'.
		 */
		private @Nullable String path;

		/**
		 * Directory whose files the guest can read, for example 'classpath:/reports/' or
		 * 'file:/srv/reports/'. They are read once, when the module is loaded.
		 */
		private @Nullable String source;

		/**
		 * Size of a scratch directory, which is empty when a call begins and gone when it
		 * ends. Instead of a source.
		 */
		private @Nullable DataSize scratch;

		public @Nullable String getPath() {
			return this.path;
		}

		public void setPath(@Nullable String path) {
			this.path = path;
		}

		public @Nullable String getSource() {
			return this.source;
		}

		public void setSource(@Nullable String source) {
			this.source = source;
		}

		public @Nullable DataSize getScratch() {
			return this.scratch;
		}

		public void setScratch(@Nullable DataSize scratch) {
			this.scratch = scratch;
		}

	}

	/**
	 * What the calls of one function may use. What is not set is taken from
	 * {@link Limits}.
	 */
	public static class FunctionLimits {

		/**
		 * Time that a call may take.
		 */
		private @Nullable Duration timeout;

		/**
		 * Linear memory that a call may use.
		 */
		private @Nullable DataSize memory;

		/**
		 * Stack that the function has at least, however it is called.
		 */
		private @Nullable DataSize stack;

		/**
		 * Size of the largest input that the function takes.
		 */
		private @Nullable DataSize input;

		/**
		 * Size of the largest output that the function may give.
		 */
		private @Nullable DataSize output;

		/**
		 * Number of calls of the function that may run at once.
		 */
		private @Nullable Integer concurrency;

		/**
		 * Number of calls that may wait when as many run as may.
		 */
		private @Nullable Integer queueSize;

		/**
		 * Time that a call may wait for its turn before it is rejected.
		 */
		private @Nullable Duration queueTimeout;

		private final Initialization initialization = new Initialization();

		public Initialization getInitialization() {
			return this.initialization;
		}

		public @Nullable Duration getTimeout() {
			return this.timeout;
		}

		public void setTimeout(@Nullable Duration timeout) {
			this.timeout = timeout;
		}

		public @Nullable DataSize getMemory() {
			return this.memory;
		}

		public void setMemory(@Nullable DataSize memory) {
			this.memory = memory;
		}

		public @Nullable DataSize getStack() {
			return this.stack;
		}

		public void setStack(@Nullable DataSize stack) {
			this.stack = stack;
		}

		public @Nullable DataSize getInput() {
			return this.input;
		}

		public void setInput(@Nullable DataSize input) {
			this.input = input;
		}

		public @Nullable DataSize getOutput() {
			return this.output;
		}

		public void setOutput(@Nullable DataSize output) {
			this.output = output;
		}

		public @Nullable Integer getConcurrency() {
			return this.concurrency;
		}

		public void setConcurrency(@Nullable Integer concurrency) {
			this.concurrency = concurrency;
		}

		public @Nullable Integer getQueueSize() {
			return this.queueSize;
		}

		public void setQueueSize(@Nullable Integer queueSize) {
			this.queueSize = queueSize;
		}

		public @Nullable Duration getQueueTimeout() {
			return this.queueTimeout;
		}

		public void setQueueTimeout(@Nullable Duration queueTimeout) {
			this.queueTimeout = queueTimeout;
		}

	}

}
