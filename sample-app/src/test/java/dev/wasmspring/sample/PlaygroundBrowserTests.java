package dev.wasmspring.sample;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import dev.wasmspring.function.WasmFunction;
import dev.wasmspring.function.WasmFunctions;
import dev.wasmspring.versions.ModuleVersions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.ExpectedCondition;
import org.openqa.selenium.support.ui.Select;
import org.openqa.selenium.support.ui.WebDriverWait;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * The page on which functions are tried, in a browser: Debian's {@code chromium} and
 * {@code chromium-driver}, without which these tests are skipped.
 */
@TestPropertySource("classpath:shop.properties")
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = {
				"wasm.locations=classpath*:/wasm/*,classpath*:/playground/*,"
						+ "file:../wasm-spring-boot-autoconfigure/src/test/resources/fixtures/exit3.wasm",
				"wasm.functions.page.produces=text/html", "wasm.functions.picture.produces=image/svg+xml",
				"wasm.functions.endless.limits.timeout=500ms", "wasm.functions.busy.limits.concurrency=1",
				"wasm.functions.busy.limits.timeout=5m", "wasm.functions.picture.limits.input=20B" })
class PlaygroundBrowserTests {

	/** The picture in the README. */
	private static final Path SCREENSHOT = Path.of("../docs/playground.png");

	@TempDir
	private static Path profile;

	private static ChromeDriver browser;

	@LocalServerPort
	private int port;

	@Autowired
	private WasmFunctions functions;

	@Autowired
	private ModuleVersions versions;

	@BeforeAll
	static void open() {
		assumeThat(Transcript.commandExists("chromium") && Transcript.commandExists("chromedriver"))
			.as("chromium and chromium-driver are installed")
			.isTrue();
		ChromeOptions options = new ChromeOptions();
		options.setBinary(Transcript.onPath("chromium").findFirst().orElseThrow().toString());
		options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
				"--force-color-profile=srgb", "--hide-scrollbars", "--user-data-dir=" + profile);
		LoggingPreferences logs = new LoggingPreferences();
		logs.enable(LogType.BROWSER, java.util.logging.Level.ALL);
		options.setCapability("goog:loggingPrefs", logs);
		File driver = Transcript.onPath("chromedriver").findFirst().orElseThrow().toFile();
		browser = new ChromeDriver(new ChromeDriverService.Builder().usingDriverExecutable(driver).build(), options);
	}

	@AfterAll
	static void close() {
		if (browser != null) {
			browser.quit();
		}
	}

	@BeforeEach
	void load() {
		browser.manage().window().setSize(new Dimension(1280, 1000));
		browser.get("about:blank");
		browser.manage().logs().get(LogType.BROWSER);
		browser.get("http://localhost:" + this.port + "/functions/playground");
		until((driver) -> !browser.findElements(By.cssSelector("#functions a")).isEmpty());
	}

	private static <T> T until(ExpectedCondition<T> condition) {
		return new WebDriverWait(browser, Duration.ofSeconds(60)).until(condition);
	}

	private static WebElement element(String id) {
		return browser.findElement(By.id(id));
	}

	private static void choose(String function) {
		browser.findElement(By.xpath("//ul[@id='functions']//a[starts-with(., '" + function + "')]")).click();
		until((driver) -> element("name").getText().equals(function));
	}

	private static void write(String id, String text) {
		element(id).clear();
		element(id).sendKeys(text);
	}

	/** Calls what is chosen, and waits for the answer. */
	private static String call() {
		browser.executeScript("document.getElementById('answer').replaceChildren()");
		element("send").click();
		until((driver) -> !browser.findElements(By.cssSelector("#answer .outcome")).isEmpty());
		return browser.findElement(By.cssSelector("#answer .outcome")).getText();
	}

	private static String answer() {
		return element("answer").getText();
	}

	private static void requireNoComplaints() {
		List<LogEntry> complaints = browser.manage()
			.logs()
			.get(LogType.BROWSER)
			.getAll()
			.stream()
			// What a function answers with is shown in the page, and here as well
			.filter((entry) -> !entry.getMessage().contains("the server responded with a status of"))
			.toList();
		assertThat(complaints).isEmpty();
	}

	@Test
	void allFunctionsAreListedAndDescribed() {
		assertThat(browser.findElements(By.cssSelector("#functions a"))).extracting(WebElement::getText)
			.hasSizeGreaterThan(8)
			.anyMatch((text) -> text.startsWith("loyalty") && text.contains("javascript"));
		choose("vat");
		assertThat(element("description").getText()).contains("VAT in cents");
		assertThat(element("facts").getText()).contains("numeric", "i64", "64 MB").containsPattern("Time\\s+\\d+ ms");
		write("filter", "ruby");
		assertThat(browser.findElements(By.cssSelector("#functions a"))).hasSize(1);
		requireNoComplaints();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					vat         | application/json | [32693, 190]                                    | success         | 6212
					vat         | application/json | [32693, 1001]                                   | trap            | Function trapped
					vat         | application/json | [1]                                             | invalid-input   | 2 numbers
					discount    | application/json | { "lines": [ { "sku": "", "quantity": 0 } ] }   | invalid-input   | /lines/0/quantity
					loyalty     | application/json | { "customer": "gold", "totalCents": 32693, "lines": [] } | success | "points": 653
					loyalty     | application/json | []                                              | error           | The function failed
					instalments | application/json | { "customer": "gold", "totalCents": 32693 }     | success         | 108.98
					delivery    | application/json | { "customer": "gold", "date": "2026-02-20" }    | success         | Monday
					receipt     | application/json | { "customer": "gold", "totalCents": 132693 }    | success         | 1.326,93
					markdown    | text/markdown    | **bold**                                        | success         | text/html
					endless     | application/json | {}                                              | timeout         | Deadline passed
					large       | application/json | {}                                              | bad-output      | Bad output
					picture     | application/json | {}                                              | success         | image/svg+xml
					bytes       | application/json | {}                                              | success         | 00 01 02 ff
					picture     | application/json | { "more than": "twenty bytes" }                 | input-limit     | larger than the 20 bytes
					exit3       | text/plain       | x                                               | exit            | with exit code 3
					""")
	void everyKindOfFunctionAndOutcomeIsShownAsItIs(String function, String type, String input, String outcome,
			String shown) {
		choose(function);
		write("input", input);
		write("type", type);
		assertThat(call()).isEqualTo(outcome);
		assertThat(answer()).contains(shown).containsPattern("call [0-9.]+ ms");
		assertThat(answer()).contains(switch (outcome) {
			case "invalid-input" -> "HTTP 400";
			case "input-limit" -> "HTTP 413";
			default -> "cold start";
		});
		until((driver) -> element("counts").getText().contains(outcome));
		assertThat(browser.findElements(By.cssSelector("#chart .bar"))).isNotEmpty();
		requireNoComplaints();
	}

	@Test
	void aCallThatIsOneTooManyIsRejected() throws Exception {
		WasmFunction busy = this.functions.get("busy");
		Thread caller = new Thread(() -> catchThrowable(() -> busy.apply("{}")));
		caller.start();
		try {
			until((driver) -> busy.statistics().sandboxesActive() == 1);
			choose("busy");
			assertThat(call()).isEqualTo("rejected");
			assertThat(answer()).contains("HTTP 503", "as many as it may");
			until((driver) -> element("counts").getText().contains("rejected"));
			assertThat(element("counts").getText()).containsPattern("running now\\s+1");
		}
		finally {
			caller.interrupt();
			caller.join();
		}
		requireNoComplaints();
	}

	@Test
	void aFunctionThatIsGoneIsUnknown() {
		choose("markdown");
		this.versions.disable("markdown");
		try {
			assertThat(call()).isEqualTo("unknown-function");
			assertThat(answer()).contains("HTTP 404");
			browser.navigate().refresh();
			until((driver) -> element("problem").isDisplayed());
			assertThat(element("problem").getText()).isEqualTo("There is no function 'markdown'.");
		}
		finally {
			this.versions.enable("markdown");
		}
		requireNoComplaints();
	}

	@Test
	void theExampleOfASchemaIsAnInputThatWorks() {
		choose("discount");
		assertThat(call()).isEqualTo("success");
		assertThat(answer()).contains("\"totalCents\": 32693");
		element("hints").findElement(By.tagName("summary")).click();
		assertThat(element("fields").getText()).contains("lines (required)", "What is ordered");
	}

	@Test
	void htmlIsShownInAFrameWhereNothingOfItRuns() {
		choose("page");
		write("type", "application/json");
		write("input", "{}");
		assertThat(call()).isEqualTo("success");
		WebElement frame = browser.findElement(By.cssSelector("#answer iframe"));
		assertThat(frame.getDomAttribute("sandbox")).isEqualTo("allow-scripts");
		browser.switchTo().frame(frame);
		until((driver) -> !browser.findElements(By.tagName("h1")).isEmpty());
		WebElement heading = browser.findElement(By.tagName("h1"));
		assertThat(heading.getText()).isEqualTo("Shown");
		// Its style is its own
		assertThat(heading.getCssValue("color")).isIn("rgba(200, 0, 0, 1)", "rgb(200, 0, 0)");
		assertThat(((JavascriptExecutor) browser).executeScript("return self.origin")).isEqualTo("null");
		browser.findElement(By.id("press")).click();
		browser.switchTo().defaultContent();
		assertThat(browser.getTitle()).isEqualTo("page – Playground");
		assertThat(browser.executeScript("return window.broken")).isNull();
		browser.switchTo().frame(frame);
		assertThat(browser.findElement(By.tagName("h1")).getText()).isEqualTo("Shown");
		browser.switchTo().defaultContent();
	}

	@Test
	void picturesAreShownAsPictures() {
		choose("picture");
		assertThat(call()).isEqualTo("success");
		browser.switchTo().frame(browser.findElement(By.cssSelector("#answer iframe")));
		until((driver) -> Boolean.TRUE.equals(browser.executeScript(
				"const image = document.querySelector('img'); return !!image && image.naturalWidth === 40")));
		browser.switchTo().defaultContent();
		requireNoComplaints();
	}

	@Test
	void everythingCanBeDoneWithTheKeyboard() {
		choose("vat");
		element("input").sendKeys(Keys.chord(Keys.CONTROL, "a"), "[10000, 190]", Keys.chord(Keys.CONTROL, Keys.ENTER));
		until((driver) -> answer().contains("1900"));
		browser.executeScript("document.activeElement.blur(); window.scrollTo(0, 0)");
		browser.get("about:blank");
		load();
		new Actions(browser).sendKeys(Keys.TAB).perform();
		assertThat(browser.switchTo().activeElement().getText()).isEqualTo("Skip to the function");
		java.util.Set<String> reached = new java.util.HashSet<>();
		for (int i = 0; i < 40; i++) {
			WebElement active = browser.switchTo().activeElement();
			reached.add(active.getDomAttribute("id") + "");
			// Behind the last one it is the page as a whole
			if (!active.getTagName().equals("body")) {
				assertThat(active.getCssValue("outline-style")).as(active.getTagName() + " " + active.getText())
					.isNotEqualTo("none");
			}
			new Actions(browser).sendKeys(Keys.TAB).perform();
		}
		assertThat(reached).contains("theme", "filter", "to-script", "type", "input", "send", "file");
	}

	@Test
	void everyFieldHasALabelAndEveryTextContrast() throws Exception {
		for (String theme : List.of("light", "dark")) {
			if (!theme.equals(browser.executeScript("return document.documentElement.dataset.theme"))) {
				element("theme").click();
			}
			choose("vat");
			write("input", "[1]");
			call();
			for (String place : List.of("", "#/script")) {
				browser.executeScript("location.hash = arguments[0]", place);
				assertThat(browser.executeScript(UNLABELLED)).as(theme + place)
					.asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
					.isEmpty();
				assertThat(browser.executeScript(FAINT)).as(theme + place)
					.asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
					.isEmpty();
				// To be looked at
				Files.write(Path.of("target/playground-" + theme + place.replaceAll("\\W+", "-") + ".png"),
						browser.getScreenshotAs(OutputType.BYTES));
			}
		}
	}

	private static final String UNLABELLED = """
			return [...document.querySelectorAll('input, select, textarea, button, iframe, nav, [role=img]')]
			  .filter((field) => !(field.labels && field.labels.length) && !field.textContent.trim()
			    && !field.getAttribute('aria-label') && !field.getAttribute('aria-labelledby') && !field.title)
			  .map((field) => field.outerHTML)""";

	/** Texts with less contrast than WCAG 2.2 asks for (AA: 4.5). */
	private static final String FAINT = """
			const light = (color) => {
			  const [r, g, b] = color.match(/[\\d.]+/g).map(Number).map((c) => c / 255)
			    .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
			  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
			};
			const behind = (node) => {
			  for (let at = node; at; at = at.parentElement) {
			    const color = getComputedStyle(at).backgroundColor;
			    if (!color.endsWith(', 0)')) { return color; }
			  }
			  return 'rgb(255, 255, 255)';
			};
			return [...document.querySelectorAll('body *')]
			  .filter((node) => node.checkVisibility() && [...node.childNodes].some((text) => text.nodeType === 3 && text.data.trim()))
			  .map((node) => {
			    const [a, b] = [light(getComputedStyle(node).color), light(behind(node))].sort((x, y) => y - x);
			    return [(a + 0.05) / (b + 0.05), node.outerHTML.slice(0, 100)];
			  })
			  .filter(([contrast]) => contrast < 4.5).map(String)""";

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			JavaScript | export function handle(input) { return input.a + 1; } | success      | 2
			Python     | def handle(input): return input["a"] + 1              | success      | 2
			Ruby       | def handle(input) = input["a"] + 1                    | success      | 2
			PHP        | <?php function handle($input) { return $input["a"] + 1; } | success  | 2
			JavaScript | export function handle() { throw new TypeError("no"); } | error      | TypeError: no
			JavaScript | export function handle( {                             | not-compiled | at script.js:1
			JavaScript | export function handle() { for (;;); }                | timeout      | deadline
			""")
	void aScriptIsWrittenAndRun(String language, String source, String outcome, String shown) {
		element("to-script").click();
		until((driver) -> element("script").isDisplayed());
		new Select(element("language")).selectByVisibleText(language);
		browser.executeScript("document.getElementById('source').value = arguments[0]", source);
		write("script-input", "{ \"a\": 1 }");
		element("execute").click();
		until((driver) -> !browser.findElements(By.cssSelector("#script-answer .outcome")).isEmpty());
		assertThat(browser.findElement(By.cssSelector("#script-answer .outcome")).getText()).isEqualTo(outcome);
		assertThat(element("script-answer").getText()).contains(shown);
		requireNoComplaints();
	}

	@Test
	void onANarrowScreenNothingIsCutOff() {
		browser.manage().window().setSize(new Dimension(500, 900));
		for (String place : List.of("", "#/script")) {
			browser.executeScript("location.hash = arguments[0]", place);
			assertThat(browser.executeScript("return document.documentElement.scrollWidth <= innerWidth")).as(place)
				.isEqualTo(true);
		}
	}

	/** Makes the picture anew with {@code -Dplayground.screenshot=true}. */
	@Test
	void thePictureInTheReadmeIsOfThisPage() throws Exception {
		browser.executeScript("localStorage.clear()");
		load();
		choose("markdown");
		write("type", "text/markdown");
		write("input", "## Thank you for your order\n\nIt arrives on **Monday**.\n\n- 3 keyboards\n- 60 cables");
		for (int i = 0; i < 30; i++) {
			call();
		}
		browser.executeScript("document.querySelector('#answer iframe').style.height = '12rem'");
		until((driver) -> !browser.findElements(By.cssSelector("#chart .bar")).isEmpty());
		browser.executeScript("window.scrollTo(0, 0)");
		browser.manage().window().setSize(new Dimension(1280, 1370));
		byte[] picture = browser.getScreenshotAs(OutputType.BYTES);
		Path target = Boolean.getBoolean("playground.screenshot") ? SCREENSHOT : Path.of("target/playground.png");
		Files.createDirectories(target.getParent());
		Files.write(target, picture);
		assertThat(picture).hasSizeGreaterThan(20_000);
		assertThat(Files.readString(Path.of("../README.md"))).contains("docs/playground.png");
	}

}
