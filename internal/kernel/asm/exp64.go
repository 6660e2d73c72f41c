//go:build ignore

package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

const exp64Signature = "func(v, iex, iin, drive *float64, ref, inEx, inIn *int32, n int, c *ExpConst, fired *uint64)"

var exp64Fields = []string{"P", "AEx", "AIn", "DecayEx", "DecayIn", "QuantumEx", "QuantumIn", "Vth", "Vreset"}

func exp64AVX512() {
	TEXT("exp64AVX512", NOSPLIT, exp64Signature)
	Doc("exp64AVX512 is exp64Portable for n slots, n > 0 a multiple of eight, but for the spikes: it",
		"sets bit i of fired where slot i fires and clears it elsewhere, and does not begin the rest.")
	Pragma("noescape")

	w := newWalk()
	v, drive := w.float64s("v"), w.float64s("drive")
	iex, iin := w.float64s("iex"), w.float64s("iin")
	ref, inEx, inIn := w.int32s("ref"), w.int32s("inEx"), w.int32s("inIn")
	c := constants(ZMM, exp64Fields...)
	zero, minusOne := zeros(), YMM()
	VPCMPEQD(minusOne, minusOne, minusOne)

	w.eights(func() {
		rest512(ref, zero, minusOne)
		old, ex, in := load(v, ZMM), load(iex, ZMM), load(iin, ZMM)
		u, term := ZMM(), ZMM()
		VMULPD(c["P"], old, u)
		VMULPD(c["AEx"], ex, term)
		VADDPD(term, u, u)
		VMULPD(c["AIn"], in, term)
		VADDPD(term, u, u)
		VADDPD(drive, u, free, old)
		VCMPPD(greaterEqual, c["Vth"], old, free, fires)
		VMOVAPD(c["Vreset"], fires, old)
		VMOVUPD(old, v)
		KMOVB(fires, Mem{Base: w.fired})

		x := arrivals512(inEx, zero)
		VMULPD(c["DecayEx"], ex, ex)
		VMULPD(c["QuantumEx"], x, x)
		VADDPD(x, ex, ex)
		VMOVUPD(ex, iex)
		x = arrivals512(inIn, zero)
		VMULPD(c["DecayIn"], in, in)
		VMULPD(c["QuantumIn"], x, x)
		VADDPD(x, in, in)
		VMOVUPD(in, iin)
	})
}

func exp64AVX2() {
	TEXT("exp64AVX2", NOSPLIT, exp64Signature)
	Doc("exp64AVX2 does the same as exp64AVX512.")
	Pragma("noescape")

	w := newWalk()
	v8, drive8 := w.float64s("v"), w.float64s("drive")
	iex8, iin8 := w.float64s("iex"), w.float64s("iin")
	ref8, inEx8, inIn8 := w.int32s("ref"), w.int32s("inEx"), w.int32s("inIn")
	c := constants(YMM, exp64Fields...)
	zero := zeros()

	w.eights(func() {
		w.halves(func(h int) VecVirtual {
			v, drive, iex, iin := half(v8, h, 8), half(drive8, h, 8), half(iex8, h, 8), half(iin8, h, 8)
			ref, inEx, inIn := half(ref8, h, 4), half(inEx8, h, 4), half(inIn8, h, 4)
			resting := rest256(ref, zero)
			// The currents are read twice: of sixteen registers, constants take ten.
			old, u, term, fires := load(v, YMM), YMM(), YMM(), YMM()
			VMULPD(c["P"], old, u)
			VMULPD(iex, c["AEx"], term)
			VADDPD(term, u, u)
			VMULPD(iin, c["AIn"], term)
			VADDPD(term, u, u)
			VADDPD(drive, u, u)
			VCMPPD(greaterEqual, c["Vth"], u, fires)
			VANDNPD(fires, resting, fires)
			VBLENDVPD(fires, c["Vreset"], u, u)
			VBLENDVPD(resting, old, u, u)
			VMOVUPD(u, v)

			current := YMM()
			x := arrivals256(inEx, zero)
			VMULPD(iex, c["DecayEx"], current)
			VMULPD(c["QuantumEx"], x, x)
			VADDPD(x, current, current)
			VMOVUPD(current, iex)
			x = arrivals256(inIn, zero)
			VMULPD(iin, c["DecayIn"], current)
			VMULPD(c["QuantumIn"], x, x)
			VADDPD(x, current, current)
			VMOVUPD(current, iin)
			return fires
		})
	})
}
