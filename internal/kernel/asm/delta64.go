//go:build ignore

package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

const delta64Signature = "func(v, drive *float64, ref, in *int32, n int, c *DeltaConst, fired *uint64)"

var delta64Fields = []string{"P", "Quantum", "Vmin", "Vth", "Vreset"}

func delta64AVX512() {
	TEXT("delta64AVX512", NOSPLIT, delta64Signature)
	Doc("delta64AVX512 is delta64Portable for n slots, n > 0 a multiple of eight, but for the spikes: it",
		"sets bit i of fired where slot i fires and clears it elsewhere, and does not begin the rest.")
	Pragma("noescape")

	w := newWalk()
	v, drive := w.float64s("v"), w.float64s("drive")
	ref, in := w.int32s("ref"), w.int32s("in")
	c := constants(ZMM, delta64Fields...)
	zero, minusOne := zeros(), YMM()
	VPCMPEQD(minusOne, minusOne, minusOne)

	w.eights(func() {
		rest512(ref, zero, minusOne)
		x := arrivals512(in, zero)
		old, u := load(v, ZMM), ZMM()
		VMULPD(c["P"], old, u)
		VADDPD(drive, u, u)
		VMULPD(c["Quantum"], x, x)
		VADDPD(x, u, u)
		// The maximum gives u unless Vmin > u: also for NaN and for zeros of both signs.
		VMAXPD(u, c["Vmin"], free, old)
		VCMPPD(greaterEqual, c["Vth"], old, free, fires)
		VMOVAPD(c["Vreset"], fires, old)
		VMOVUPD(old, v)
		KMOVB(fires, Mem{Base: w.fired})
	})
}

func delta64AVX2() {
	TEXT("delta64AVX2", NOSPLIT, delta64Signature)
	Doc("delta64AVX2 does the same as delta64AVX512.")
	Pragma("noescape")

	w := newWalk()
	v8, drive8 := w.float64s("v"), w.float64s("drive")
	ref8, in8 := w.int32s("ref"), w.int32s("in")
	c := constants(YMM, delta64Fields...)
	zero := zeros()

	w.eights(func() {
		w.halves(func(h int) VecVirtual {
			v, drive, ref, in := half(v8, h, 8), half(drive8, h, 8), half(ref8, h, 4), half(in8, h, 4)
			resting := rest256(ref, zero)
			x := arrivals256(in, zero)
			old, u, fires := load(v, YMM), YMM(), YMM()
			VMULPD(c["P"], old, u)
			VADDPD(drive, u, u)
			VMULPD(c["Quantum"], x, x)
			VADDPD(x, u, u)
			// The maximum gives u unless Vmin > u: also for NaN and for zeros of both signs.
			VMAXPD(u, c["Vmin"], u)
			VCMPPD(greaterEqual, c["Vth"], u, fires)
			VANDNPD(fires, resting, fires)
			VBLENDVPD(fires, c["Vreset"], u, u)
			VBLENDVPD(resting, old, u, u)
			VMOVUPD(u, v)
			return fires
		})
	})
}
