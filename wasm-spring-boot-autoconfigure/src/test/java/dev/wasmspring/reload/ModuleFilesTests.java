package dev.wasmspring.reload;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;

import dev.wasmspring.discovery.ModuleLocator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.core.io.DefaultResourceLoader;

import static org.assertj.core.api.Assertions.assertThat;

class ModuleFilesTests {

	@TempDir
	private Path temporary;

	private Path folder;

	private ModuleFiles files;

	@BeforeEach
	void watch() throws IOException {
		this.folder = Files.createDirectory(this.temporary.resolve("mod ules"));
		this.files = watching("file:" + this.folder + "/*.wasm");
	}

	@Test
	void fileIsSettledWhenItIsTheSameTwice() throws IOException {
		write("a.wasm", "1");
		assertThat(settled()).isEmpty();
		assertThat(settled()).containsExactly("a");
	}

	@Test
	void fileThatIsBeingWrittenIsNotSettled() throws IOException {
		write("a.wasm", "1");
		for (int i = 0; i < 5; i++) {
			assertThat(settled()).isEmpty();
			Files.writeString(this.folder.resolve("a.wasm"), "more", StandardOpenOption.APPEND);
		}
		assertThat(settled()).isEmpty();
		assertThat(settled()).containsExactly("a");
	}

	@Test
	void fileThatChangesWhileItIsReadIsNotTheSame() throws IOException {
		write("a.wasm", "1");
		this.files.look();
		WatchedFile settled = this.files.look().settled().get(0);
		assertThat(this.files.isStill(settled)).isTrue();
		write("a.wasm", "22");
		assertThat(this.files.isStill(settled)).isFalse();
		Files.delete(this.folder.resolve("a.wasm"));
		assertThat(this.files.isStill(settled)).isFalse();
	}

	@Test
	void fileIsSettledUntilItIsDoneWithAndAgainWhenItChanges() throws IOException {
		write("a.wasm", "1");
		settled();
		assertThat(settled()).containsExactly("a");
		done();
		assertThat(settled()).isEmpty();
		write("a.wasm", "22");
		assertThat(settled()).isEmpty();
		assertThat(settled()).containsExactly("a");
		done();
		this.files.all().forEach(WatchedFile::readAgain);
		assertThat(settled()).containsExactly("a");
	}

	@Test
	void fileThatWasExchangedHasChangedAlsoIfSizeAndTimeAreTheSame() throws IOException {
		Path file = write("a.wasm", "1");
		FileTime time = FileTime.fromMillis(0);
		Files.setLastModifiedTime(file, time);
		settled();
		done();
		Path other = Files.writeString(this.folder.resolve("a.tmp"), "2");
		Files.setLastModifiedTime(other, time);
		Files.move(other, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
		settled();
		assertThat(settled()).containsExactly("a");
	}

	@Test
	void fileIsRemovedWhenItIsMissedTwice() throws IOException {
		Path file = write("a.wasm", "1");
		settled();
		Files.delete(file);
		assertThat(removed()).isEmpty();
		assertThat(removed()).containsExactly("a");
		this.files.forget(this.files.look().removed().get(0));
		assertThat(removed()).isEmpty();
	}

	@Test
	void fileThatIsDeletedAndWrittenAgainWasNeverRemoved() throws IOException {
		Path file = write("a.wasm", "1");
		settled();
		for (int i = 0; i < 5; i++) {
			Files.delete(file);
			assertThat(removed()).isEmpty();
			write("a.wasm", "1");
			assertThat(removed()).isEmpty();
		}
	}

	@Test
	void folderThatIsAwayTakesNoModuleWithIt() throws IOException {
		write("a.wasm", "1");
		settled();
		settled();
		done();
		Files.move(this.folder, this.temporary.resolve("away"));
		for (int i = 0; i < 5; i++) {
			assertThat(removed()).isEmpty();
		}
		Files.move(this.temporary.resolve("away"), this.folder);
		assertThat(removed()).isEmpty();
		assertThat(settled()).isEmpty();
	}

	@Test
	void volumeWhoseLinksAreExchangedAsAWholeHasChanged() throws IOException {
		// As Kubernetes mounts a ConfigMap
		Path first = Files.createDirectory(this.folder.resolve("..first"));
		Files.writeString(first.resolve("a.wasm"), "1");
		Path second = Files.createDirectory(this.folder.resolve("..second"));
		Files.writeString(second.resolve("a.wasm"), "2");
		Files.createSymbolicLink(this.folder.resolve("..data"), Path.of("..first"));
		Files.createSymbolicLink(this.folder.resolve("a.wasm"), Path.of("..data/a.wasm"));
		settled();
		assertThat(settled()).containsExactly("a");
		done();
		Path link = Files.createSymbolicLink(this.folder.resolve("..new"), Path.of("..second"));
		Files.move(link, this.folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE,
				StandardCopyOption.REPLACE_EXISTING);
		settled();
		ModuleFiles.Changes changes = this.files.look();
		assertThat(changes.settled()).hasSize(1);
		assertThat(changes.settled().get(0).resource().resource().getContentAsByteArray()).asString().isEqualTo("2");
		assertThat(changes.removed()).isEmpty();
		assertThat(changes.shadowed()).isEmpty();
	}

	@Test
	void ofFilesOfTheSameNameTheFirstStays() throws IOException {
		Path sub = Files.createDirectory(this.folder.resolve("sub"));
		Files.writeString(sub.resolve("a.wasm"), "1");
		this.files = watching("file:" + this.folder + "/**/*.wasm");
		settled();
		done();
		write("a.wasm", "2");
		ModuleFiles.Changes changes = this.files.look();
		assertThat(changes.shadowed()).singleElement()
			.satisfies((file) -> assertThat(file.resource().resource().getFile())
				.isEqualTo(this.folder.resolve("a.wasm").toFile()));
		Files.delete(sub.resolve("a.wasm"));
		changes = this.files.look();
		assertThat(changes.shadowed()).isEmpty();
		assertThat(changes.removed()).isEmpty();
		assertThat(settled()).containsExactly("a");
	}

	@Test
	void fileThatWasKnownBeforeTheFirstLookIsMissed() throws IOException {
		Path file = write("a.wasm", "1");
		ModuleLocator locator = new ModuleLocator(List.of("file:" + this.folder + "/*.wasm"),
				new DefaultResourceLoader(), Duration.ofSeconds(60), false);
		this.files = new ModuleFiles(locator, locator.locate());
		Files.delete(file);
		removed();
		assertThat(removed()).containsExactly("a");
	}

	@Test
	void singleFileMayComeLater() throws IOException {
		this.files = watching("file:" + this.folder + "/a.wasm");
		assertThat(settled()).isEmpty();
		Path file = write("a.wasm", "1");
		settled();
		assertThat(settled()).containsExactly("a");
		Files.delete(file);
		removed();
		assertThat(removed()).containsExactly("a");
	}

	@Test
	void onlyFilesAreWatched() {
		this.files = watching("classpath:fixtures/echo.wasm", "classpath*:/fixtures/*.wasm");
		assertThat(this.files.locations()).isEmpty();
		this.files.look();
		assertThat(this.files.all()).isEmpty();
	}

	private static ModuleFiles watching(String... locations) {
		return new ModuleFiles(
				new ModuleLocator(List.of(locations), new DefaultResourceLoader(), Duration.ofSeconds(60), false),
				List.of());
	}

	private Path write(String name, String content) throws IOException {
		return Files.writeString(this.folder.resolve(name), content);
	}

	private List<String> settled() {
		return this.files.look().settled().stream().map(WatchedFile::name).toList();
	}

	private List<String> removed() {
		return this.files.look().removed().stream().map(WatchedFile::name).toList();
	}

	private void done() {
		this.files.look().settled().forEach(WatchedFile::serve);
	}

}
