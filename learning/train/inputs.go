package train

import "couplet/learning/layer"

// inputs brings mini-batches into the format and order in which networks take them.
type inputs[F layer.Real] struct {
	frames int // of a sample, one for each tick; 0 for an input that is held

	x     []F
	frame []F
}

// input returns samples × values, or frames × samples × values. It is valid until the next call.
func (in *inputs[F]) input(x []float32, samples int) []F {
	in.x = convert(in.x, x)
	if in.frames == 0 {
		return in.x
	}
	in.frame = byTick(in.frame, in.x, samples, in.frames)
	return in.frame
}

// convert returns values in the format F, in a buffer that is used again.
func convert[F layer.Real](buffer []F, x []float32) []F {
	if same, ok := any(x).([]F); ok {
		return same
	}
	buffer = append(buffer[:0], make([]F, len(x))...)
	for i, v := range x {
		buffer[i] = F(v)
	}
	return buffer
}

// byTick turns samples × frames × values into frames × samples × values, in a buffer that is used again.
func byTick[F layer.Real](buffer, x []F, samples, frames int) []F {
	buffer = append(buffer[:0], x...)
	size := len(x) / (samples * frames)
	for i := range samples {
		for t := range frames {
			copy(buffer[(t*samples+i)*size:][:size], x[(i*frames+t)*size:][:size])
		}
	}
	return buffer
}
