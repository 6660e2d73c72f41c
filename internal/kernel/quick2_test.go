package kernel
import ("testing";"math/rand/v2";"fmt";"math")
func BenchmarkStag(b *testing.B){
 for _,l:=range Levels()[1:]{ for _,n:=range []int{256,512,10000}{ for _,st:=range []int{0,8,72} {
 k:=0
 f:=func()[]float64{k++;o:=k*st; return make([]float64,n+1000)[o:o+n]}
 g:=func()[]int32{k++;o:=2*k*st; return make([]int32,n+2000)[o:o+n]}
 v,d,ref,in,ie,ii,in2:=f(),f(),g(),g(),f(),f(),g()
 for i:=range d{d[i]=0;v[i]=1;ie[i]=1;ii[i]=1}
 c:=DeltaConst{math.Exp(-0.005),0.1,-100,20,0,20}
 e:=ExpConst{math.Exp(-0.01),0.0003,0.0003,1,1,1,1,15,0,20}
 for i:=range d{v[i]=rand.Float64()*20}
 var out []uint32
 b.Run(fmt.Sprintf("delta/%v/%d/%d",l,n,st),func(b *testing.B){ defer SetLevel(l)(); for b.Loop(){out=Delta64(v,d,ref,in,&c,0,out[:0])};  b.ReportMetric(float64(b.N)*float64(n)/float64(b.Elapsed()),"Gupd/s")})
 b.Run(fmt.Sprintf("exp/%v/%d/%d",l,n,st),func(b *testing.B){ defer SetLevel(l)(); for b.Loop(){out=Exp64(v,ie,ii,d,ref,in,in2,&e,0,out[:0])};  b.ReportMetric(float64(b.N)*float64(n)/float64(b.Elapsed()),"Gupd/s")})
 }}}}
