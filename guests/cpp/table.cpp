/*
 * Writes CSV (RFC 4180) as a table in Markdown: the first record is the header, columns of numbers are aligned to the
 * right. A quote that is not closed, or a record with too many fields, is an error that names the line.
 */
#include "guest.hpp"

#include <algorithm>
#include <vector>

namespace {

using record = std::vector<std::string>;

struct csv {
    std::vector<record> records;
    std::string wrong;
};

csv parse(std::string_view input) {
    csv parsed;
    record fields;
    std::string field;
    size_t line = 1, opened = 0;
    bool quoted = false, was_quoted = false;
    auto end_field = [&] {
        fields.push_back(std::move(field));
        field.clear();
        was_quoted = false;
    };
    auto end_record = [&] {
        if (fields.empty() && field.empty() && !was_quoted) return;
        end_field();
        parsed.records.push_back(std::move(fields));
        fields.clear();
    };
    for (size_t i = 0; i < input.size(); i++) {
        char c = input[i];
        if (c == '\n') line++;
        if (quoted) {
            if (c != '"') {
                field += c;
            } else if (i + 1 < input.size() && input[i + 1] == '"') {
                field += input[++i];
            } else {
                quoted = false;
            }
        } else if (c == '"' && field.empty() && !was_quoted) {
            quoted = was_quoted = true;
            opened = line;
        } else if (c == '"') {
            parsed.wrong = "line " + std::to_string(line) + ": a quote within a field is written twice";
            return parsed;
        } else if (c == ',') {
            end_field();
        } else if (c == '\n') {
            end_record();
        } else if (c != '\r') {
            field += c;
        }
    }
    if (quoted) {
        parsed.wrong = "line " + std::to_string(opened) + ": a quote is not closed";
        return parsed;
    }
    end_record();
    return parsed;
}

bool is_number(const std::string &field) {
    bool digits = false;
    for (size_t i = 0; i < field.size(); i++) {
        if (field[i] >= '0' && field[i] <= '9') {
            digits = true;
        } else if (!(field[i] == '.' || (field[i] == '-' && i == 0))) {
            return false;
        }
    }
    return digits;
}

void write_row(std::string &table, const record &row, size_t columns) {
    for (size_t column = 0; column < columns; column++) {
        table += "| ";
        if (column < row.size()) {
            for (char c : row[column]) {
                if (c == '|' || c == '\\') table += '\\';
                table += c == '\n' ? ' ' : c;
            }
        }
        table += ' ';
    }
    table += "|\n";
}

guest::result handle(std::string_view input) {
    csv parsed = parse(input);
    if (!parsed.wrong.empty()) return guest::error(parsed.wrong);
    if (parsed.records.empty()) return guest::error("there is no record");
    const std::vector<record> &records = parsed.records;
    size_t columns = records[0].size();
    for (size_t i = 1; i < records.size(); i++) {
        if (records[i].size() > columns) {
            return guest::error("record " + std::to_string(i + 1) + " has " + std::to_string(records[i].size()) +
                                " fields, the header " + std::to_string(columns));
        }
    }
    std::string table;
    write_row(table, records[0], columns);
    for (size_t column = 0; column < columns; column++) {
        bool numbers = records.size() > 1 && std::all_of(records.begin() + 1, records.end(), [&](const record &row) {
                           return column < row.size() && is_number(row[column]);
                       });
        table += numbers ? "|---:" : "|---";
    }
    table += "|\n";
    for (size_t i = 1; i < records.size(); i++) write_row(table, records[i], columns);
    return table;
}

}  // namespace

GUEST(handle)
