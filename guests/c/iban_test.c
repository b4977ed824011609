/* The function's own tests, for the compiler of the machine. */
#include "iban.c"

#include <assert.h>

static void answers(const char *input, const char *expected) {
    guest_error.data = NULL;
    bytes output = handle((bytes){input, strlen(input)});
    const char *actual = guest_error.data != NULL ? guest_error.data : output.data;
    if (strcmp(actual, expected) != 0) {
        printf("%s\n  expected %s\n  but was  %s\n", input, expected, actual);
        exit(1);
    }
}

int main(void) {
    answers("{\"iban\":\"DE89370400440532013000\"}",
            "{\"valid\":true,\"iban\":\"DE89 3704 0044 0532 0130 00\",\"country\":\"DE\"}");
    answers("{ \"iban\" : \"gb82 west 1234 5698 7654 32\" }",
            "{\"valid\":true,\"iban\":\"GB82 WEST 1234 5698 7654 32\",\"country\":\"GB\"}");
    answers("{\"iban\":\"DE88370400440532013000\"}",
            "{\"valid\":false,\"iban\":\"DE88 3704 0044 0532 0130 00\",\"wrong\":\"check digits\"}");
    answers("{\"iban\":\"DE8937040044053201300\"}",
            "{\"valid\":false,\"iban\":\"DE89 3704 0044 0532 0130 0\",\"wrong\":\"length\"}");
    answers("{\"iban\":\"ZZ89370400440532013000\"}",
            "{\"valid\":false,\"iban\":\"ZZ89 3704 0044 0532 0130 00\",\"wrong\":\"country\"}");
    answers("{\"iban\":\"DE8\"}", "an IBAN begins with a country and two digits");
    answers("{\"iban\":\"DE89_3704\"}", "an IBAN has letters and digits, and nothing else at 5");
    answers("{\"iban\":12}", "send JSON with a member \"iban\", a string");
    answers("", "send JSON with a member \"iban\", a string");
    puts("iban: all tests passed");
    return 0;
}
