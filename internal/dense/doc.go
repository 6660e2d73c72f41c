// Package dense has the array arithmetic of training: matrix products, convolutions, sums of listed
// rows, pooling, and the updates of whole batches of membranes. Numbers are float32, for speed, or
// float64, to be held against references.
//
// # One definition of every sum
//
// Everything adds to what the destination holds, and every sum has one definition: the destination
// first, then one product after the other in ascending order of the sender, each product and each sum
// rounded on its own.
//
//	product        c[i][j] += a[i][p]·b[p][j]                 p ascending
//	convolution    y[o][..] += w[o][c][ky][kx]·x[c][..]       ascending (c, row, column) of x
//	its adjoint    gx[c][..] += w[o][c][ky][kx]·gy[o][..]     ascending (o, row, column) of gy
//	weights        gw[o][c][ky][kx] += gy[o][..]·x[c][..]     ascending (sample, row, column) of gy
//
// This is the order in which spikes of a sorted list arrive. The order within a sum is what the
// definition binds; which sums run at the same time is free, and a vector of sixteen lanes is sixteen
// sums. So a result has the same bits
//
//   - at every level of instructions (portable Go, AVX2, AVX-512: see package kernel),
//   - for every number of workers,
//   - in the dense form, which multiplies zeros, and in the sparse form, which walks the numbers that
//     are not zero, as long as all numbers are finite and no destination holds -0,
//   - for a batch and for its samples one by one.
//
// That is [Reproducible], the arithmetic of a [Workspace] unless told otherwise. [Fused] lets products
// and convolutions use the fused multiply-add: one rounding less, other last bits. Both vector levels
// give the same bits then, but portable Go gives others, and the sparse forms too. A sum that decides
// about a spike should not be fused: the last bit moves a spike, and a moved spike moves all that
// follow.
//
// What the fused form gains depends on the processor: on AMD Zen 4, whose adders work beside its
// multipliers, nothing with AVX-512 and a third with AVX2; up to twice where one unit does both.
// docs/dense.md has the measurements.
//
// # Who works
//
// A [Workspace] holds the scratch memory of one caller and, if given, a [Pool] of workers, which split
// rows of the result or samples of the batch. Nothing is allocated once shapes have been seen.
//
// # Errors
//
// Shapes are the business of layers, which check their descriptions. Constructors return errors;
// arrays that are shorter than their shape are mistakes in the program, and panic. Destinations must
// not overlap sources.
//
// The assembly is written by the generator in the folder asm, with avo. After a change there:
//
//	go generate ./internal/dense
//	./internal/dense/asm/check.sh     # fails if the committed files are not what the generator writes
package dense
