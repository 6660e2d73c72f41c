package picture

import "image/color"

// faded is a colour at a part of its strength, from 1 to 0xFFFF, over what lies below it. The writer of
// SVG divides the strength out again and cuts off the rest; one more than the exact product gives back the
// very colour, which [Picture.Inline] looks for.
type faded struct {
	color.NRGBA
	strength uint32
}

// fade is a colour at a share of its strength.
func fade(c color.NRGBA, share float64) faded {
	const least = 0x1000 // below it the rest is too coarse to give the colour back
	return faded{c, max(least, min(uint32(share*0xFFFF), 0xFFFF))}
}

// RGBA implements [color.Color].
func (f faded) RGBA() (r, g, b, a uint32) {
	part := func(v uint8) uint32 { return min(uint32(v)*f.strength/0xFF+1, f.strength) }
	return part(f.R), part(f.G), part(f.B), f.strength
}
