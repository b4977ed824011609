/*
 * Checks an IBAN: {"iban":"DE89 3704 0044 0532 0130 00"} gives its country, its form for people and whether its
 * length and its check digits are right. What is no IBAN at all is an error.
 */
#include "guest.h"

/* ISO 13616: the length for each country, from the registry of SWIFT. */
static const char LENGTHS[] =
    "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29ES24FI18FK18FO18FR27GB22"
    "GE22GI23GL18GR27GT28HN28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MN20"
    "MR27MT31MU30NI28NL18NO15OM23PK24PL28PS29PT25QA29RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23TN24TR26"
    "UA29VA22VG24XK20YE30";

enum { LONGEST = 34 };

static int length_in(const char *country) {
    for (const char *entry = LENGTHS; *entry != 0; entry += 4) {
        if (memcmp(entry, country, 2) == 0) return (entry[2] - '0') * 10 + entry[3] - '0';
    }
    return 0;
}

static int is_digit(char c) { return c >= '0' && c <= '9'; }

static int is_letter(char c) { return c >= 'A' && c <= 'Z'; }

/* The remainder of the number that the letters and digits stand for, its first four moved to the end. */
static int remainder_of(const char *iban, int length) {
    int remainder = 0;
    for (int i = 0; i < length; i++) {
        char c = iban[(i + 4) % length];
        remainder = is_digit(c) ? (remainder * 10 + c - '0') % 97 : (remainder * 100 + c - 'A' + 10) % 97;
    }
    return remainder;
}

/* Where the value of a JSON string begins, behind its quote; NULL if there is no such member. */
static const char *member(bytes json, const char *name, size_t *length) {
    size_t n = strlen(name);
    const char *end = json.data + json.length;
    for (const char *p = json.data; p + n + 2 < end; p++) {
        if (*p != '"' || memcmp(p + 1, name, n) != 0 || p[n + 1] != '"') continue;
        const char *value = p + n + 2;
        while (value < end && strchr(" \t\r\n", *value) != NULL) value++;
        if (value == end || *value++ != ':') continue;
        while (value < end && strchr(" \t\r\n", *value) != NULL) value++;
        if (value == end || *value++ != '"') return NULL;
        const char *close = memchr(value, '"', (size_t)(end - value));
        if (close == NULL) return NULL;
        *length = (size_t)(close - value);
        return value;
    }
    return NULL;
}

static bytes handle(bytes input) {
    size_t given;
    const char *value = member(input, "iban", &given);
    if (value == NULL) return failed("send JSON with a member \"iban\", a string");
    char iban[LONGEST + 1];
    int length = 0;
    for (size_t i = 0; i < given; i++) {
        char c = value[i];
        if (c == ' ' || c == '-') continue;
        if (c >= 'a' && c <= 'z') c = (char)(c - 'a' + 'A');
        if (!is_digit(c) && !is_letter(c)) return failed("an IBAN has letters and digits, and nothing else at %zu", i + 1);
        if (length == LONGEST) return failed("an IBAN has at most %d letters and digits", LONGEST);
        iban[length++] = c;
    }
    if (length < 5 || !is_letter(iban[0]) || !is_letter(iban[1]) || !is_digit(iban[2]) || !is_digit(iban[3])) {
        return failed("an IBAN begins with a country and two digits");
    }
    int expected = length_in(iban);
    const char *wrong = expected == 0             ? "country"
                        : length != expected      ? "length"
                        : remainder_of(iban, length) != 1 ? "check digits"
                                                  : NULL;
    char written[LONGEST + LONGEST / 4 + 1];
    int at = 0;
    for (int i = 0; i < length; i++) {
        if (i > 0 && i % 4 == 0) written[at++] = ' ';
        written[at++] = iban[i];
    }
    written[at] = 0;
    if (wrong != NULL) return text("{\"valid\":false,\"iban\":\"%s\",\"wrong\":\"%s\"}", written, wrong);
    return text("{\"valid\":true,\"iban\":\"%s\",\"country\":\"%.2s\"}", written, iban);
}

GUEST(handle)
