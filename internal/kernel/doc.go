// Package kernel has the inner loops of the simulator that are worth assembly: the update of the two
// most used neuron models over one tick, the marking of neurons at which something arrived, and the prefetch
// of synapses for delivery.
//
// # One meaning, several levels
//
// Each kernel is a plain Go loop, which is its specification, and assembly for AVX2 and AVX-512,
// chosen when the program starts by what the processor has. All levels give the same bits in every
// array and the same spikes in the same order; the only liberty is which NaN a NaN is. Results
// therefore never depend on the machine, and a level is a matter of speed alone:
//
//	COUPLET_CPU=portable|avx2|avx512   read once, at start: use this level (or report that it lacks)
//	SetLevel                           the same for tests and benchmarks
//	-tags purego                       build without assembly
//
// # Why no fused multiply-add
//
// A processor with FMA computes a*b+c with one rounding instead of two. The last bit that changes is
// enough to move a spike by a tick, and with it, a second later, the whole spike train. The Go
// compiler fuses on its own where it can (GOAMD64=v3, arm64, ppc64le, riscv64, s390x), except across
// an explicit conversion. The loops here therefore write float64(a*b) + c, the assembly multiplies
// and adds in separate instructions and in the same order, and the tests hold every level against
// inputs whose fused result differs.
//
// # How a vector kernel is built
//
// The assembly updates eight neurons at a time and marks those that fire in a bit array; Go code
// lists the marks and begins the rest of those neurons. Spikes are rare, and a branch on them inside
// the loop costs more than the marks. The last n mod 8 neurons go through the portable loop. A call
// of assembly, which cannot be preempted, covers at most 4096 neurons.
//
// The assembly is written by the generator in the folder asm, with avo. After a change there:
//
//	go generate ./internal/kernel
//	./internal/kernel/asm/check.sh     # fails if the committed files are not what the generator writes
//
// docs/kernels.md has the measured speeds.
package kernel
