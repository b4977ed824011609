/*
 * Work for the processor, in the four ways in which guests use their memory: bytes (a sieve), 32 bits (SHA-256),
 * 64 bits (a sort) and floating point (a product of matrices). Prints one checksum over all results.
 */

#include <stddef.h>
#include <stdint.h>

__attribute__((import_module("wasi_snapshot_preview1"), import_name("fd_write")))
extern int32_t fd_write(int32_t fd, const void *vectors, int32_t count, int32_t *written);

enum { SIEVE = 400000, MESSAGE = 128 * 1024, NUMBERS = 30000, SIDE = 96 };

static uint8_t composite[SIEVE];
static uint8_t message[MESSAGE];
static uint64_t numbers[NUMBERS];
static double a[SIDE][SIDE], b[SIDE][SIDE], product[SIDE][SIDE];

static uint64_t state = 88172645463325252u;

static uint64_t next_random(void) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static uint64_t sieve(void) {
    uint64_t primes = 0;
    for (uint32_t i = 2; i < SIEVE; i++) {
        if (!composite[i]) {
            primes++;
            for (uint32_t j = 2 * i; j < SIEVE; j += i) {
                composite[j] = 1;
            }
        }
    }
    return primes;
}

static const uint32_t K[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotate(uint32_t x, int n) {
    return x >> n | x << (32 - n);
}

static void compress(uint32_t h[8], const uint8_t *block) {
    uint32_t w[64];
    for (int i = 0; i < 16; i++) {
        w[i] = (uint32_t)block[4 * i] << 24 | block[4 * i + 1] << 16 | block[4 * i + 2] << 8 | block[4 * i + 3];
    }
    for (int i = 16; i < 64; i++) {
        uint32_t s0 = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3;
        uint32_t s1 = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10;
        w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    uint32_t v[8];
    for (int i = 0; i < 8; i++) {
        v[i] = h[i];
    }
    for (int i = 0; i < 64; i++) {
        uint32_t s1 = rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25);
        uint32_t t1 = v[7] + s1 + ((v[4] & v[5]) ^ (~v[4] & v[6])) + K[i] + w[i];
        uint32_t s0 = rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22);
        uint32_t t2 = s0 + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
        v[7] = v[6];
        v[6] = v[5];
        v[5] = v[4];
        v[4] = v[3] + t1;
        v[3] = v[2];
        v[2] = v[1];
        v[1] = v[0];
        v[0] = t1 + t2;
    }
    for (int i = 0; i < 8; i++) {
        h[i] += v[i];
    }
}

/* Without the padding of the standard, which is one block among 2,048. */
static uint64_t sha256(void) {
    uint32_t h[8] = {
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    };
    for (int i = 0; i < MESSAGE; i++) {
        message[i] = (uint8_t)next_random();
    }
    for (int i = 0; i < MESSAGE; i += 64) {
        compress(h, message + i);
    }
    return (uint64_t)h[0] << 32 | h[7];
}

static void sift(int root, int end) {
    for (int child; (child = 2 * root + 1) < end; root = child) {
        if (child + 1 < end && numbers[child] < numbers[child + 1]) {
            child++;
        }
        if (numbers[root] >= numbers[child]) {
            return;
        }
        uint64_t larger = numbers[child];
        numbers[child] = numbers[root];
        numbers[root] = larger;
    }
}

static uint64_t sort(void) {
    for (int i = 0; i < NUMBERS; i++) {
        numbers[i] = next_random();
    }
    for (int i = NUMBERS / 2 - 1; i >= 0; i--) {
        sift(i, NUMBERS);
    }
    for (int end = NUMBERS - 1; end > 0; end--) {
        uint64_t largest = numbers[0];
        numbers[0] = numbers[end];
        numbers[end] = largest;
        sift(0, end);
    }
    return numbers[NUMBERS / 3];
}

static uint64_t multiply(void) {
    for (int i = 0; i < SIDE; i++) {
        for (int j = 0; j < SIDE; j++) {
            a[i][j] = i + 2 * j;
            b[i][j] = i - j;
        }
    }
    double trace = 0;
    for (int i = 0; i < SIDE; i++) {
        for (int j = 0; j < SIDE; j++) {
            double sum = 0;
            for (int k = 0; k < SIDE; k++) {
                sum += a[i][k] * b[k][j];
            }
            product[i][j] = sum;
        }
        trace += product[i][i];
    }
    return (uint64_t)(int64_t)trace;
}

__attribute__((export_name("_start")))
void start(void) {
    uint64_t checksum = sieve();
    checksum = checksum * 31 + sha256();
    checksum = checksum * 31 + sort();
    checksum = checksum * 31 + multiply();
    static char text[17];
    for (int i = 15; i >= 0; i--) {
        text[i] = "0123456789abcdef"[checksum & 15];
        checksum >>= 4;
    }
    text[16] = '\n';
    struct {
        const void *address;
        size_t length;
    } vector = {text, sizeof text};
    int32_t written;
    fd_write(1, &vector, 1, &written);
}
