/**
 * Things of one kind, which stand in a sentence in each other's place: another medicine, organ, month or route makes
 * another statement. Two words of different kinds, or of none, are an ordinary difference.
 */
import { groups, list } from '../../../text/word-lists.ts'

/** Stems of international non-proprietary names. */
const MEDICINE_ENDINGS =
  /(?:cillin|mycin|micin|floxacin|cycline|conazole|azole|vir|vudine|mab|ciclib|parib|zomib|olol|alol|pril|sartan|dipine|statin|fibrate|gliptin|gliflozin|glitazone|glutide|natide|formin|glinide|prazole|tidine|setron|triptan|gepant|azepam|azolam|barbital|caine|curonium|profen|fenac|coxib|oxicam|parin|xaban|gatran|grel|grelor|thiazide|semide|terol|tropium|clidinium|asone|solone|sonide|lukast|oxetine|pramine|triptyline|peridol|peridone|piprazole|zapine|giline|dopa|stigmine|dronate|platin|rubicin|taxel|citabine|trexate|quine|bendazole|nidazole|penem|bactam|afil|lactone|gestrel|estradiol|progesterone|thyroxine|phylline|ergoline|milast|bradine|virenz|opag|tinib|azine|lazine|setide|tepag|sulosin|zosin|fovir|buvir|previr|asvir|tegravir|vaptan|entan|renone|vastatin|limus|kinra|poetin|relin|relix|lutamide|trozole|oxifene|mustine|azoline|amivir|oxanide|azocine|codone|fentanil|caserin|melteon|orexant|steride|zosin|fenacin|begron|fungin|cilastatin|sulfone|sulfan|abine)$/
/** Plain words that end like a medicine. */
const NO_MEDICINES = list('magazine magazines peptide skin reservoir devoir')
const MEDICINE_NAMES = list(`
  aspirin paracetamol acetaminophen morphine codeine fentanyl tramadol methadone naloxone digoxin digitoxin warfarin
  heparin insulin adrenaline epinephrine noradrenaline norepinephrine dopamine dobutamine vasopressin oxytocin
  amiodarone adenosine atropine lithium phenytoin carbamazepine valproate lamotrigine levetiracetam gabapentin
  pregabalin ketamine propofol thiopental midazolam clonidine hydralazine nitroglycerin nitroprusside furosemide
  spironolactone mannitol allopurinol colchicine febuxostat azathioprine cyclosporine tacrolimus cyclophosphamide
  vincristine bleomycin tamoxifen letrozole anastrozole thalidomide isoniazid rifampicin rifampin ethambutol
  pyrazinamide vancomycin linezolid nitrofurantoin trimethoprim acyclovir ivermectin albendazole artesunate
  metoclopramide domperidone loperamide bisacodyl lactulose sucralfate misoprostol sertraline citalopram escitalopram
  venlafaxine bupropion mirtazapine buspirone lorazepam zolpidem donepezil memantine baclofen bromocriptine
  liothyronine methimazole carbimazole propylthiouracil glibenclamide glipizide gliclazide acarbose folate
  cobalamin thiamine riboflavin niacin pyridoxine retinol calciferol tocopherol
  ibuprofen naproxen indomethacin ketorolac mesalamine mesalazine sulfasalazine balsalazide hydroxyurea
  hydroxycarbamide disulfiram acamprosate naltrexone buprenorphine nicotine varenicline hydroxyzine cetirizine
  loratadine fexofenadine diphenhydramine promethazine chlorphenamine cyclizine ondansetron ranolazine ivabradine
  nicorandil isosorbide minoxidil methyldopa labetalol sacubitril dapsone clofazimine rifabutin rifaximin bedaquiline
  fosfomycin colistin sulfadiazine sulfamethoxazole mebendazole praziquantel permethrin lindane quinidine flecainide
  propafenone lidocaine sotalol dofetilide dronedarone cholestyramine ezetimibe niacin gemfibrozil metformin
  glimepiride repaglinide pioglitazone glucagon octreotide lanreotide somatropin desmopressin cabergoline levodopa
  carbidopa entacapone selegiline amantadine benztropine procyclidine haloperidol chlorpromazine clozapine lamivudine
  zidovudine abacavir efavirenz nevirapine enfuvirtide maraviroc ribavirin interferon leflunomide methotrexate
  mercaptopurine etoposide cisplatin fluorouracil doxorubicin vinblastine busulfan melphalan chlorambucil dexamethasone
  prednisone prednisolone hydrocortisone fludrocortisone testosterone estrogen progestin finasteride tamsulosin
  sildenafil theophylline salbutamol albuterol budesonide montelukast cromolyn ipratropium acetylcysteine deferoxamine
  penicillamine dimercaprol edetate flumazenil protamine alteplase streptokinase tranexamic clopidogrel dipyridamole
  cilostazol pentoxifylline amoxicilline azithromycine tylenol motrin advil aleve lipitor eliquis xarelto plavix
  coumadin ozempic humira enbrel prozac zoloft valium xanax lasix zantac nexium`)

export function isMedicine(word: string): boolean {
  if (NO_MEDICINES.has(word)) return false
  return MEDICINE_NAMES.has(word) || (word.length > 5 && MEDICINE_ENDINGS.test(word))
}

/** What diseases, complaints and findings end in. */
const DISEASE_ENDINGS =
  /(?:itis|osis|oses|oma|omas|[nlcrtdgsk]a?emia|pathy|pathies|algia|uria|plegia|paresis|rrh?o?ea|ectasia|trophy|penia|cytosis|megaly|phobia|asthenia|phagia|phasia|plasia|pnea|pnoea|cardia|edema|oedema)$/
const PROCEDURE_ENDINGS = /(?:ectomy|ostomy|otomy|oplasty|oscopy|centesis|ography|desis|pexy|rrhaphy)$/

/** A kind a line. Words that `|` does not part name one thing. */
const KINDS = groups(`
  january jan|february feb|march|april apr|may|june jun|july jul|august aug|september sept sep|october oct|november nov|december dec
  janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre
  januar|februar|märz|juni|juli|oktober|dezember
  monday|tuesday|wednesday|thursday|friday|saturday|sunday
  spring|summer|autumn fall|winter
  north|south|east|west
  oral orally mouth po|intravenous intravenously iv|intramuscular intramuscularly im|subcutaneous subcutaneously sc subcut|rectal rectally pr|topical topically|inhaled|nasal nasally intranasal|sublingual sublingually sl|buccal|intrathecal|epidural|transdermal|vaginal vaginally pv|intraosseous io|intradermal|intravitreal
  qd od|bid bd|tid tds|qid qds|qhs nocte|prn|stat
  sodium|potassium|calcium|magnesium|chloride|phosphate|phosphorus|bicarbonate|glucose|urea|creatinine|iron|zinc|copper|selenium|iodine|fluoride|lead|mercury|arsenic|albumin|bilirubin|ferritin|troponin|lactate|ammonia|cholesterol|triglyceride triglycerides|amylase|lipase|oxygen|nitrogen|carbon|hydrogen|haemoglobin hemoglobin|platelet platelets|lymphocyte lymphocytes|neutrophil neutrophils|eosinophil eosinophils|monocyte monocytes|basophil basophils
  kidney kidneys renal|bladder|liver hepatic|lung lungs pulmonary|heart cardiac|brain cerebral|stomach gastric|spleen splenic|pancreas pancreatic|gallbladder|bowel intestine intestinal|colon colonic|rectum|oesophagus esophagus|thyroid|adrenal adrenals|pituitary|ovary ovaries ovarian|uterus uterine|cervix|vagina|testis testes testicular|prostate prostatic|breast breasts|skin|bone bones|muscle muscles|nerve nerves|eye eyes|ear ears|nose|throat|tongue|larynx|trachea|pharynx|retina|cornea|aorta|duodenum|jejunum|ileum|appendix|ureter ureters|urethra
  arm arms|leg legs|hand hands|foot feet|knee knees|hip hips|shoulder shoulders|elbow elbows|wrist wrists|ankle ankles|finger fingers|toe toes|neck|back|chest|abdomen|head|thigh thighs|calf calves|forearm
  femur|tibia|fibula|humerus|radius|ulna|clavicle|scapula|sternum|skull|mandible|maxilla|pelvis|sacrum|patella
  steroid steroids corticosteroid corticosteroids|diuretic diuretics|antibiotic antibiotics|antiviral antivirals|antifungal antifungals|anticoagulant anticoagulants|antiplatelet antiplatelets|analgesic analgesics|opioid opioids|sedative sedatives|antidepressant antidepressants|antipsychotic antipsychotics|anticonvulsant anticonvulsants antiepileptic|antihistamine antihistamines|bronchodilator bronchodilators|vasodilator vasodilators|vasopressor vasopressors|laxative laxatives|antacid antacids|antiemetic antiemetics|statin statins|nsaid nsaids|benzodiazepine benzodiazepines|vaccine vaccines|antihypertensive antihypertensives
  measles|rubella|mumps|varicella chickenpox|influenza flu|pertussis|tetanus|diphtheria|polio poliomyelitis|malaria|dengue|cholera|typhoid|tuberculosis|syphilis|gonorrhea gonorrhoea|chlamydia|herpes|rabies|anthrax|plague|leprosy|hiv aids|ebola|zika|scabies|smallpox|pneumonia|sepsis|asthma|copd|diabetes|gout|lupus|psoriasis|eczema|acne|epilepsy|stroke|migraine|dementia|depression|mania|schizophrenia|autism|anxiety|angina|infarction|hypertension|hypotension|embolism|thrombosis|aneurysm|haemorrhage hemorrhage|ulcer ulcers|hernia|stone stones|cancer|tumour tumor|leukaemia leukemia|lymphoma|fracture|dislocation|sprain|scurvy|rickets|pellagra|beriberi|goitre goiter|glaucoma|cataract cataracts|jaundice|cirrhosis|hepatitis|cholera
  fever|cough|headache|nausea|vomiting|diarrhoea diarrhea|constipation|rash|itch itching|dizziness|syncope|fatigue|palpitations|seizure seizures|numbness|weakness|tremor|wheeze wheezing
  blood|urine|stool|sputum|saliva|sweat|semen|plasma|serum
  ecg ekg electrocardiogram|eeg electroencephalogram|mri|ct|ultrasound|radiograph|biopsy|endoscopy|echocardiogram
  red|green|blue|yellow|black|white|purple|pink|brown|grey gray|orange
  alpha α|beta β|gamma γ|delta δ|kappa κ|lambda λ|omega ω
  surgeon|nurse|pharmacist|dentist|midwife
  streptococcus|staphylococcus|escherichia|klebsiella|pseudomonas|salmonella|shigella|clostridium|mycobacterium|candida|aspergillus|plasmodium|toxoplasma|neisseria|haemophilus|listeria|legionella|mycoplasma|borrelia|treponema|helicobacter`)

const kindOfWord = new Map<string, readonly [kind: number, thing: string]>()
KINDS.forEach((things, kind) =>
  things.forEach((names) => {
    for (const name of names) if (!kindOfWord.has(name)) kindOfWord.set(name, [kind, names[0] as string])
  }),
)
const [MEDICINE, DISEASE, PROCEDURE] = [KINDS.length, KINDS.length + 1, KINDS.length + 2]
/** Diseases with names of their own stand in the place of those that end like one. */
const LISTED_DISEASES = (kindOfWord.get('measles') as readonly [number, string])[0]

function kindsOf(word: string): readonly (readonly [kind: number, thing: string])[] {
  const plain = plainSpelling(word)
  const listed = kindOfWord.get(word)
  return [
    ...(listed === undefined ? [] : [listed]),
    ...(listed?.[0] === LISTED_DISEASES ? [[DISEASE, listed[1]] as const] : []),
    ...(isMedicine(word) ? [[MEDICINE, plain] as const] : []),
    ...(DISEASE_ENDINGS.test(word) && word.length > 5 ? [[DISEASE, plain] as const] : []),
    ...(PROCEDURE_ENDINGS.test(word) ? [[PROCEDURE, plain] as const] : []),
  ]
}

/** Do two words name different things of one kind? */
export function areOtherThings(a: string, b: string): boolean {
  if (isSameSpelling(a, b)) return false
  const theirs = kindsOf(b)
  const common = kindsOf(a).flatMap(([kind, thing]) =>
    theirs.filter(([k]) => k === kind).map(([, t]) => t === thing),
  )
  return common.length > 0 && !common.includes(true)
}

/** British and American spelling, one and many of a thing. */
export function isSameSpelling(a: string, b: string): boolean {
  return a === b || plainSpelling(a) === plainSpelling(b)
}

function plainSpelling(word: string): string {
  return word
    .replace(/[ao]e/g, 'e')
    .replace(/our/g, 'or')
    .replace(/ph/g, 'f')
    .replace(/is(e|ed|ing|ation)/g, 'iz$1')
    .replace(/'s$/, '')
    .replace(/(?<=.{3})s$/, '')
}

/** Words a sentence starts with, capital or not: where they stand first they are no names. */
const OPENERS = list(`
  the this that these those there here it he she they we you who what when where which why how whose although after
  as at before because but by during each every few for from given however if in into let many may most no not of on
  once one only or other our out over please since so some such than then therefore though through thus to under
  until upon using was were while with within without would your yes are is was do does did can could should will
  describe explain discuss list name give state identify choose select compare summarise summarize outline define
  write tell find calculate determine consider suggest provide evaluate assess review note read answer solve show
  begin start stop continue take use avoid patient patients treatment therapy management diagnosis symptoms studies
  study results evidence research clinicians doctors physicians people children adults women men both all any several
  first second third finally next also moreover furthermore overall generally typically usually often sometimes
  recently currently initially additionally similarly clearly importantly sure certainly okay hello thanks thank hi`)

export function isOpener(word: string): boolean {
  return OPENERS.has(word)
}
