package kernel
import ("testing";"math/rand/v2";"fmt";"math")
func BenchmarkQuick(b *testing.B){
 for _,l:=range Levels(){ for _,n:=range []int{256,1000,10000}{
 v:=make([]float64,n);d:=make([]float64,n);ref:=make([]int32,n);in:=make([]int32,n);ie:=make([]float64,n);ii:=make([]float64,n);in2:=make([]int32,n)
 for i:=range d{d[i]=0.10+0.02*rand.Float64();v[i]=20*rand.Float64()}
 c:=DeltaConst{math.Exp(-0.005),0.1,-100,20,0,20}
 e:=ExpConst{math.Exp(-0.01),0.0003,0.0003,0.8,0.8,1,1,15,0,20}
 var out []uint32
 b.Run(fmt.Sprintf("delta/%v/%d",l,n),func(b *testing.B){ defer SetLevel(l)(); t:=0; for b.Loop(){out=Delta64(v,d,ref,in,&c,0,out[:0]);t+=len(out)}; b.ReportMetric(float64(t)/float64(b.N)/float64(n)*100,"%spk"); b.ReportMetric(float64(b.N)*float64(n)/float64(b.Elapsed()),"Gupd/s")})
 for i:=range d{d[i]=0.2+0.05*rand.Float64();ie[i]=rand.Float64();ii[i]=rand.Float64()}; e.DecayEx=1;e.DecayIn=1
 b.Run(fmt.Sprintf("exp/%v/%d",l,n),func(b *testing.B){ defer SetLevel(l)(); t:=0; for b.Loop(){out=Exp64(v,ie,ii,d,ref,in,in2,&e,0,out[:0]);t+=len(out)}; b.ReportMetric(float64(t)/float64(b.N)/float64(n)*100,"%spk"); b.ReportMetric(float64(b.N)*float64(n)/float64(b.Elapsed()),"Gupd/s")})
 }}}
