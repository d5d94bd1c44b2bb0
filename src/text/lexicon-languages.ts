/**
 * What `lexicon.ts` knows of English, in other languages; ideographs one by one, as texts are cut. Left out are words
 * that mostly mean something else in an English medical text (PAS, NE, LA, SEM).
 */
import { groups, list } from './word-lists.ts'

/** Words that turn a sentence into its opposite: not, no, never, without. */
export const NEGATIONS: ReadonlySet<string> = list(`
  aucun aucune jamais sans nicht kein keine keinen keinem keiner keines nie niemals ohne weder
  nunca jamás ningún ninguna ninguno sin não nenhum nenhuma senza nessun nessuna niet geen zonder
  inte ingen utan değil нет не без ни غير لا لم لن ليس ليست بدون دون नहीं 无 無 不 没 未 非 否 勿`)

/** Words that ask for the one that does not fit. */
export const EXCEPTIONS: ReadonlySet<string> = list(`
  außer ausgenommen sauf excepté hormis excepto salvo eccetto tranne exceto behalve кроме إلا باستثناء 除`)

/** Words for wrong. */
export const WRONG: ReadonlySet<string> = list(`
  falsch falsche falschen falscher falsches unrichtig unrichtige faux fausse fausses erroné erronée falsa falso falsas
  falsos errónea erróneo errata errato sbagliata sbagliato errada errado onjuist неверно неверное неправильно خطأ 错 误`)

export const SIDES = groups(`
  gauche gauches|droit droite droits droites
  links linke linken linker linkes linkem linkerseits linksseitig|rechts rechte rechten rechter rechtes rechtem rechterseits rechtsseitig
  izquierdo izquierda izquierdos izquierdas|derecho derecha derechos derechas
  sinistro sinistra sinistri sinistre|destro destra destri destre
  esquerdo esquerda esquerdos esquerdas|direito direita direitos direitas
  левый левая левое левого левой левом|правый правая правое правого правой правом
  اليسرى الأيسر يسرى أيسر اليسار|اليمنى الأيمن يمنى أيمن اليمين
  왼쪽 왼쪽의 왼쪽에 왼쪽이 왼쪽은 왼쪽을 왼쪽으로 좌측|오른쪽 오른쪽의 오른쪽에 오른쪽이 오른쪽은 오른쪽을 오른쪽으로 우측
  左|右|双
  内|外
  前|后`)

export const SEXES = groups(`
  mann mannes männer männern männlich männliche männlicher männlichen|frau frauen weiblich weibliche weiblicher weiblichen
  homme hommes garçon garçons|femme femmes fille filles
  hombre hombres niño niños varón varones|mujer mujeres niña niñas
  男|女`)

export const OPPOSITES = groups(`
  hoch hohe hohen hoher hohes hohem höher höhere höheren erhöht erhöhte erhöhten verstärkt verstärkte gesteigert steigt|niedrig niedrige niedrigen niedriger niedriges niedrigem niedrigere niedrigeren erniedrigt vermindert verminderte verminderten verringert reduziert reduzierte abgeschwächt gesenkt sinkt
  élevé élevée élevés élevées haut haute augmenté augmentée augmentés augmentées augmente|bas basse abaissé abaissée diminué diminuée diminués diminuées diminue réduit réduite réduits réduites
  alto alta altos altas elevado elevada elevados elevadas aumentado aumentada aumentados aumentadas aumenta aumentato elevato|bajo baja bajos bajas basso bassa baixo baixa disminuido disminuida disminuidos disminuidas disminuye diminuído diminuída reducido reducida reducidos reducidas reduzido reduzida ridotto ridotta diminuito diminuita
  mehr|weniger
  plus|moins
  más mais|menos
  mit|ohne
  avec con com|sans sin sem senza
  vor|nach
  avant|après
  antes|después depois
  prima|dopo
  akut akute akuten akuter akutes|chronisch chronische chronischen chronischer chronisches
  aigu aiguë aigus aiguës|chronique chroniques
  agudo aguda agudos agudas acuto acuta|crónico crónica crónicos crónicas cronico cronica crônico crônica
  gutartig gutartige gutartigen gutartiger gutartiges|bösartig bösartige bösartigen bösartiger bösartiges
  bénin bénigne benigno benigna|malin maligne maligno maligna
  positiv positive positiven positiver positives|negativ negative negativen negativer negatives
  positif positifs positives positivo positiva|négatif négative négatifs négatives negativo negativa
  richtig richtige richtigen richtiger richtiges|falsch falsche falschen falscher falsches
  vrai vraie vrais vraies|faux fausse fausses
  verdadera verdadero vera vero verdadeira verdadeiro|falsa falso
  häufigste häufigsten häufig häufige|seltenste seltensten selten seltene
  fréquent fréquente fréquents fréquentes|rare rares
  frecuente frecuentes|raro rara raros raras infrecuente infrecuentes
  früh frühe frühen|spät späte späten
  arterie arterien|vene venen
  artère artères|veine veines
  arteria arterias|vena venas
  مع|بدون
  قبل|بعد
  有|无
  高|低
  增 升|减 降
  强|弱
  增加 增高 增强 升高 上升|减少 减低 减弱 降低 下降
  阳|阴
  急|慢
  良|恶
  大|小
  多|少
  轻|重
  早|晚`)

/** Numbers by their words. */
export const NUMBERS = groups(`
  2 zwei deux dos 两 二|3 drei trois tres tre tres três 三|4 vier quatre cuatro quattro quatro 四|5 fünf cinq cinco cinque 五
  6 sechs seis sei 六|7 sieben sept siete sette sete 七|8 acht huit ocho otto oito 八|9 neun neuf nueve nove 九
  10 zehn dix diez dieci dez 十|1 一|100 百|10000 万`)

/** Units under their English name, or their own. */
export const UNITS = groups(`
  hour stunde stunden heure heures hora horas ora ore
  minute minuten minuto minutos minuti
  day tag tage tagen jour jours día días giorno giorni dia dias 天 日
  week woche wochen semaine semaines semana semanas settimana settimane 周
  month monat monate monaten mois mes meses mese mesi mês 月
  year jahr jahre jahren ans année années año años anno anni ano anos 年
  мг|мкг|кг|мл|ммоль
  مجم ملغ|غرام|يوم أيام|أسبوع أسابيع|شهر أشهر|سنة سنوات|ساعة ساعات
  毫|微|厘|克|秒`)
