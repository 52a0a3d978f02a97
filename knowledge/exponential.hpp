#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace thanthien::knowledge {

// e^x and ln x from additions and multiplications alone, so that they are the same to the last bit
// everywhere: the ones of a C library differ between machines. Contractions are forbidden where these are
// included.
#pragma STDC FP_CONTRACT OFF

using four_floats = float __attribute__((ext_vector_type(4)));
using four_ints = std::int32_t __attribute__((ext_vector_type(4)));

/// e^x of four numbers, good to seven digits, for x between -80 and 80; beyond, the value at the border.
inline four_floats exponential(four_floats x) {
  x = __builtin_elementwise_min(__builtin_elementwise_max(x, four_floats(-80.0F)), four_floats(80.0F));
  // x = n ln 2 + rest: adding 1.5 * 2^23 leaves the whole number n in the lowest bits.
  constexpr float rounder = 12582912.0F;
  const four_floats shifted = x * 1.44269504F + rounder;
  const four_floats n = shifted - rounder;
  const four_floats rest = (x - n * 0.693359375F) + n * 2.12194440e-4F;
  four_floats sum = rest * 1.9875691500e-4F + 1.3981999507e-3F;
  sum = sum * rest + 8.3334519073e-3F;
  sum = sum * rest + 4.1665795894e-2F;
  sum = sum * rest + 1.6666665459e-1F;
  sum = sum * rest + 5.0000001201e-1F;
  sum = sum * rest * rest + rest + 1.0F;
  return std::bit_cast<four_floats>(std::bit_cast<four_ints>(sum) +
                                    (std::bit_cast<four_ints>(shifted) << 23));
}

inline float exponential(float x) { return exponential(four_floats(x))[0]; }

/// ln x of a positive number.
inline double logarithm(double x) {
  int power = 0;
  const double part = std::frexp(x, &power) * 1.4142135623730951;  // between 0.7 and 1.42
  const double s = (part - 1) / (part + 1), square = s * s;
  double sum = 0;
  for (int n = 21; n >= 1; n -= 2) sum = sum * square + 1.0 / n;
  return 2 * s * sum + (power - 0.5) * 0.6931471805599453;
}

}  // namespace thanthien::knowledge
