package dense

// AvgPool2 computes y += the means of 2x2 squares of x, for maps of height x width each: y has maps of
// height/2 x width/2. A last row or column without a partner is left out. The four numbers are summed
// row by row and divided last, which is exact.
func AvgPool2[F Real](y, x []F, maps, height, width int) {
	h, w := height/2, width/2
	checkLen("x", x, maps*height*width)
	checkLen("y", y, maps*h*w)
	if maps == 0 || h == 0 || w == 0 {
		return
	}
	_, vector := vectorised[F]()
	for m := range maps {
		to, from := y[m*h*w:][:h*w], x[m*height*width:][:height*width]
		if vector {
			avgPool2Vector(as32(to), as32(from), h, width)
		} else {
			avgPool2Portable(to, from, h, width)
		}
	}
}

// avgPool2Portable is the specification of AvgPool2, for one map.
func avgPool2Portable[F Real](y, x []F, h, width int) {
	w := width / 2
	for i := range h {
		upper, lower, to := x[2*i*width:][:2*w], x[(2*i+1)*width:][:2*w], y[i*w:][:w]
		for j := range to {
			sum := upper[2*j] + upper[2*j+1] + lower[2*j] + lower[2*j+1]
			to[j] += F(sum * 0.25)
		}
	}
}

// AvgPool2Back computes gx += a quarter of the error of the square that each position belongs to: the
// adjoint of AvgPool2, with the same sizes.
func AvgPool2Back[F Real](gx, gy []F, maps, height, width int) {
	h, w := height/2, width/2
	checkLen("gx", gx, maps*height*width)
	checkLen("gy", gy, maps*h*w)
	if maps == 0 || h == 0 || w == 0 {
		return
	}
	_, vector := vectorised[F]()
	for m := range maps {
		to, from := gx[m*height*width:][:height*width], gy[m*h*w:][:h*w]
		if vector {
			avgPool2BackVector(as32(to), as32(from), h, width)
		} else {
			avgPool2BackPortable(to, from, h, width)
		}
	}
}

// avgPool2BackPortable is the specification of AvgPool2Back, for one map.
func avgPool2BackPortable[F Real](gx, gy []F, h, width int) {
	w := width / 2
	for i := range h {
		upper, lower, from := gx[2*i*width:][:2*w], gx[(2*i+1)*width:][:2*w], gy[i*w:][:w]
		for j, g := range from {
			quarter := F(g * 0.25)
			upper[2*j] += quarter
			upper[2*j+1] += quarter
			lower[2*j] += quarter
			lower[2*j+1] += quarter
		}
	}
}
