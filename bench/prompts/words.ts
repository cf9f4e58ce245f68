/** Common English words, each a single word piece of the BERT vocabulary (a test holds this). */
export const WORDS: readonly string[] = `
  the of and to in is for on with as by at from this that be are was were have has had it its not or but
  an they we you he she their our your his her which who what when where why how all any each every some
  most many more much other such only own same so than too very can will just should now then here there
  also about above after again against before below between both during few further into off once out over
  through under until while able across add age air allow almost along already always among amount answer
  appear area around ask base beautiful because become begin behind believe best better big black blue
  board body book box bring build building buy call car care carry case cause center century certain
  change character check choose church city claim class clear close cold color come common community
  company compare complex computer condition consider contain continue control cost country course court
  cover create current daughter day decide deep degree describe design detail develop difference different
  difficult door draw drive early east easy education effect effort eight election energy enough evening
  event evidence example experience explain eye face fact family far farm fast father feel field figure
  film final find fire first five floor follow food force foreign forest form forward four free friend
  front full future game garden general girl give glass good government great green ground group grow hair
  half hand happen happy hard head health hear heart heavy help high history hold home hope hospital hot
  hotel hour house huge human hundred idea image important improve include increase industry information
  inside instead interest island job join keep key kind kitchen know land language large last late law
  leader learn least leave left less letter level life light line list listen little live local long look
  lose low machine main major make man manager map market material matter may mean measure meet member
  memory message method middle might mile mind minute model modern moment money month morning mother
  mountain mouth move movement music must name nation natural near need network never new news next night
  nine north note nothing number
`
  .trim()
  .split(/\s+/)
