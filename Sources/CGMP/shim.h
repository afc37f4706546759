// What ExactNumbers uses of GMP, under names that Swift can call.
//
// GMP's own names are macros (`mpz_add` stands for `__gmpz_add`), and Swift imports no macro that renames a function.
// Each function below is one call. Operands may be the same number as the result: GMP allows the overlap.

#ifndef INTERLOPER_CGMP_SHIM_H
#define INTERLOPER_CGMP_SHIM_H

#include <gmp.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// The header of an integer: its size and where its limbs are. It owns the limbs from `cgmp_init` to `cgmp_clear`.
typedef __mpz_struct cgmp_integer;

// Life

static inline void cgmp_init(cgmp_integer *number) { mpz_init(number); }

static inline void cgmp_clear(cgmp_integer *number) { mpz_clear(number); }

// From and to other representations

static inline void cgmp_set(cgmp_integer *result, const cgmp_integer *number) { mpz_set(result, number); }

/// Reads 64-bit words, least significant first. (`mpz_set_ui` takes an `unsigned long`, which is narrower on some platforms.)
static inline void cgmp_set_words(cgmp_integer *result, const uint64_t *words, size_t count) {
  mpz_import(result, count, -1, sizeof(uint64_t), 0, 0, words);
}

/// The least significant 64 bits.
static inline uint64_t cgmp_low_word(const cgmp_integer *number) {
  uint64_t word = 0;
  for (size_t limb = 0; limb * GMP_NUMB_BITS < 64; limb++) {
    word |= (uint64_t)mpz_getlimbn(number, (mp_size_t)limb) << (limb * GMP_NUMB_BITS);
  }
  return word;
}

/// Reads decimal digits; 0 on success.
static inline int cgmp_set_decimal(cgmp_integer *result, const char *digits) { return mpz_set_str(result, digits, 10); }

/// At least as many decimal digits as the number has, at most one more.
static inline size_t cgmp_decimal_capacity(const cgmp_integer *number) { return mpz_sizeinbase(number, 10); }

/// Writes the decimal digits and a zero byte: `cgmp_decimal_capacity + 2` bytes have to be there.
static inline void cgmp_get_decimal(char *buffer, const cgmp_integer *number) { mpz_get_str(buffer, 10, number); }

// Size and order

static inline int cgmp_compare(const cgmp_integer *left, const cgmp_integer *right) { return mpz_cmp(left, right); }

static inline int cgmp_sign(const cgmp_integer *number) { return mpz_sgn(number); }

/// The number of bits of a positive number; 1 for zero.
static inline size_t cgmp_bit_width(const cgmp_integer *number) { return mpz_sizeinbase(number, 2); }

/// The place of the lowest 1 bit of a positive number.
static inline size_t cgmp_trailing_zeros(const cgmp_integer *number) { return mpz_scan1(number, 0); }

static inline size_t cgmp_limb_count(const cgmp_integer *number) { return mpz_size(number); }

static inline size_t cgmp_bytes_per_limb(void) { return sizeof(mp_limb_t); }

/// The limbs, least significant first, the highest of them not zero.
static inline const void *cgmp_limbs(const cgmp_integer *number) { return mpz_limbs_read(number); }

// Arithmetic

static inline void cgmp_add(cgmp_integer *result, const cgmp_integer *left, const cgmp_integer *right) {
  mpz_add(result, left, right);
}

static inline void cgmp_subtract(cgmp_integer *result, const cgmp_integer *left, const cgmp_integer *right) {
  mpz_sub(result, left, right);
}

static inline void cgmp_multiply(cgmp_integer *result, const cgmp_integer *left, const cgmp_integer *right) {
  mpz_mul(result, left, right);
}

/// The divisor is not zero, and the two results are different numbers.
static inline void cgmp_divide(
  cgmp_integer *quotient, cgmp_integer *remainder, const cgmp_integer *dividend, const cgmp_integer *divisor
) {
  mpz_tdiv_qr(quotient, remainder, dividend, divisor);
}

/// The divisor is not zero and divides the dividend.
static inline void cgmp_divide_exactly(cgmp_integer *result, const cgmp_integer *dividend, const cgmp_integer *divisor) {
  mpz_divexact(result, dividend, divisor);
}

static inline void cgmp_shift_right(cgmp_integer *result, const cgmp_integer *number, size_t bits) {
  mpz_tdiv_q_2exp(result, number, bits);
}

static inline void cgmp_gcd(cgmp_integer *result, const cgmp_integer *left, const cgmp_integer *right) {
  mpz_gcd(result, left, right);
}

static inline void cgmp_power(cgmp_integer *result, const cgmp_integer *base, unsigned long exponent) {
  mpz_pow_ui(result, base, exponent);
}

static inline void cgmp_factorial(cgmp_integer *result, unsigned long number) { mpz_fac_ui(result, number); }

static inline void cgmp_binomial(cgmp_integer *result, unsigned long number, unsigned long chosen) {
  mpz_bin_uiui(result, number, chosen);
}

#pragma clang assume_nonnull end

#endif
