<?php
// What people expect of the language and of its extensions: each of them does something.
declare(strict_types=1);

enum Color: string {
    case Red = "red";

    public function label(): string {
        return ucfirst($this->value);
    }
}

final class Line implements JsonSerializable {
    public function __construct(public readonly string $sku, private int $cents = 5) {}

    public function jsonSerialize(): mixed {
        return ["sku" => $this->sku, "cents" => $this->cents];
    }
}

class Point {
    public int $x = 1;
    protected int $hidden = 2;
    public ?int $y = null;
}

trait Greets {
    public function greet(): string {
        return "Hello, " . static::class;
    }
}

class Greeter {
    use Greets;
}

function numbers() {
    yield 1;
    yield from [2, 3];
}

function thrown(callable $what): string {
    try {
        $what();
        return "nothing";
    } catch (TypeError | ValueError | DivisionByZeroError $e) {
        return $e::class;
    } finally {
        error_clear_last();
    }
}

function handle($input) {
    $noon = new DateTimeImmutable("2026-07-01 12:00", new DateTimeZone("Europe/Berlin"));
    $sorted = ["b" => 2, "a" => 1];
    ksort($sorted);
    preg_match('/(?<year>\d{4})-(?<month>\d\d)/', "on 2026-05", $written);
    ["first" => [$first], "key" => $key] = ["first" => ["one"], "key" => "two"];
    return [
        "json" => [json_decode('{"a": [1, 2.5, null]}', true), json_encode(["b" => null, "a" => "ü", "c" => 1.0]), json_decode('{"a": {"b": 1}}')->a->b, json_last_error_msg()],
        "mbstring" => [mb_strtoupper("grüße"), mb_strlen("größe"), mb_substr("größe", 2, 2), mb_convert_encoding("\xfc", "UTF-8", "ISO-8859-1"), mb_str_split("äö"), mb_convert_case("ein haus", MB_CASE_TITLE)],
        "pcre" => [$written["year"], $written["month"], preg_replace('/(\w+)/u', '<$1>', "ab cé"), preg_split('/[,;]/', "a,b;c"), preg_match_all('/(\w)=(\w)/', "k=v;q=w"), preg_replace_callback('/\d/', fn ($d) => $d[0] * 2, "a1b2"), preg_quote("a.b")],
        "date" => [$noon->format(DATE_ATOM), $noon->setTimezone(new DateTimeZone("UTC"))->format("Y-m-d H:i"), $noon->modify("last day of february")->format("d.m.y"), $noon->diff(new DateTimeImmutable("2026-07-15 12:00", new DateTimeZone("Europe/Berlin")))->days,
                   gmdate("Y-m-d", 0), strtotime("1970-01-02 UTC"), checkdate(2, 29, 2026), count(DateTimeZone::listIdentifiers()) > 400, $noon->add(new DateInterval("P1M"))->format("m")],
        "ctype" => [ctype_alpha("abc"), ctype_digit("12a"), ctype_xdigit("ff"), ctype_upper("AB")],
        "bcmath" => [bcadd("1.10", "2.205", 3), bcmul("99999999999999999999", "3"), bcdiv("10", "3", 4), bccomp("1.0", "1"), bcpowmod("2", "100", "1000007")],
        "hash" => [substr(hash("sha256", "x"), 0, 8), substr(md5("x"), 0, 8), substr(hash_hmac("sha256", "m", "k"), 0, 8), crc32("x"), hash_equals("a", "a"), substr(sha1("x"), 0, 8)],
        "random" => [random_int(3, 3), strlen(random_bytes(4)), count(array_unique([mt_rand(), mt_rand(), mt_rand()])) > 1, (new Random\Randomizer(new Random\Engine\Mt19937(7)))->getInt(1, 100) === (new Random\Randomizer(new Random\Engine\Mt19937(7)))->getInt(1, 100)],
        "strings" => [sprintf("%05.1f|%s|%'*5d", 3.14159, "s", 42), number_format(1234567.891, 2, ",", "."), ucwords("a bc"), wordwrap("a b c", 3), htmlspecialchars("<a href='x'>"), strrev("abc"), base64_encode("well"), urlencode("ü/ "), str_contains("well", "el"),
                      similar_text("World", "Word"), levenshtein("kitten", "sitting"), nl2br("a\nb"), explode(",", "a,b"), trim("  x "), bin2hex(pack("nC", 258, 3))],
        "urls" => [parse_url("https://example.org:8443/a?x=1", PHP_URL_PORT), http_build_query(["a" => 1, "b" => [2, 3]])],
        "arrays" => [$sorted, array_map(fn ($n) => $n * 2, [1, 2]), array_sum(array_filter([1, 2, 3, 4], fn ($n) => $n % 2 === 0)), array_combine(["a"], [1]), array_column([["id" => 1], ["id" => 2]], "id"), iterator_to_array(numbers(), false), array_find([1, 2, 3], fn ($n) => $n > 1), [...[1], ...[2]],
                     array_unique([1, 1, 2]), range("a", "c")],
        "objects" => [new Line("KB"), new Point(), Color::from("red"), Color::Red->label(), Color::tryFrom("blue"), (new Greeter())->greet(), (new ArrayObject([1, 2]))->count(), new class { public $anonymous = true; }],
        "numbers" => [PHP_INT_MAX, 7 <=> 3, intdiv(7, 2), 7 % -3, 2 ** 10, round(2.675, 2), 0.1 + 0.7, floor(-1.5), dechex(255), 1.0],
        "errors" => [thrown(fn () => strlen(5)), thrown(fn () => intdiv(1, 0)), thrown(fn () => str_repeat("x", -1)), thrown(fn () => 1)],
        "language" => [$first, $key, $input["missing"]["deeper"] ?? "none", $noon?->format("Y"), match (true) { default => "matched" }, (fn (int ...$n) => array_sum($n))(1, 2), str_pad(string: "x", length: 3, pad_type: STR_PAD_LEFT, pad_string: "-"), strlen(...)("four"), <<<TEXT
            heredoc {$sorted["a"]}
            TEXT],
    ];
}
