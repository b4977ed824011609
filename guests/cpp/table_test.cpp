// The function's own tests, for the compiler of the machine.
#include "table.cpp"

static void answers(std::string_view input, std::string_view expected) {
    guest::result actual = handle(input);
    if (actual.text != expected) {
        printf("%.*s\n  expected %.*s\n  but was  %s\n", (int)input.size(), input.data(), (int)expected.size(),
               expected.data(), actual.text.c_str());
        exit(1);
    }
}

int main() {
    answers("item,price\nBook,12.50\nPen,-1\n", "| item | price |\n|---|---:|\n| Book | 12.50 |\n| Pen | -1 |\n");
    answers("a,b\r\n\"x, \"\"y\"\"\",\"two\nlines\"\r\n", "| a | b |\n|---|---|\n| x, \"y\" | two lines |\n");
    answers("a|b,c\n1", "| a\\|b | c |\n|---:|---|\n| 1 |  |\n");
    answers("", "there is no record");
    answers("a\n\"b", "line 2: a quote is not closed");
    answers("a\nb\"c", "line 2: a quote within a field is written twice");
    answers("a\nb,c", "record 2 has 2 fields, the header 1");
    puts("table: all tests passed");
}
