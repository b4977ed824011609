/*
 * Value-added tax on a net amount, in cents. Numbers in, a number out: no library, no import.
 */

#include <stdint.h>

/*
 * The rate is in permille, so that 190 is 19 % and 55 is 5.5 %. Half a cent rounds away from
 * zero: the VAT of a credit note (a negative amount) mirrors that of its invoice.
 */
__attribute__((export_name("vat")))
int64_t vat(int64_t net_cents, int32_t rate_permille) {
    /* A rate that makes no sense ends the call with a trap rather than with a wrong number. */
    if (rate_permille < 0 || rate_permille > 1000) {
        __builtin_trap();
    }

    /*
     * net * rate may exceed 64 bits, so the amount is taken apart: the thousands need no rounding,
     * and what is left is small. Since VAT is never more than the net amount, no amount overflows.
     */
    int64_t thousands = net_cents / 1000;
    int64_t rest = net_cents % 1000; /* in C, of the same sign as net_cents */
    int64_t half = net_cents < 0 ? -500 : 500;
    return thousands * rate_permille + (rest * rate_permille + half) / 1000;
}
