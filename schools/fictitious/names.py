"""Names for people and schools that do not exist, difficult on purpose: Œ, ï, apostrophes, hyphens, particles."""

FAMILY_NAMES = (
    "ABBÉVAL", "AÏTOUMANE", "ALVERNHE", "AMBRESIN", "ARGOUËT", "AUBRIAC", "AZÉMOUR", "BALANDIÈRE",
    "BARREIROSA", "BEAUSILLON", "BÉLUGUET", "BENYAZID", "BERTHOISE", "BLANCHEPORTE", "BOISGONTIER-MÉREL",
    "BOUDJELLAL", "BRÉAUVAL", "CABROLIER", "CARDOSINHO", "CASTELNAVE", "CHANTEGRÊVE", "CHAPUISAT",
    "CISSOKHANE", "CLAIREFOND", "CŒURDEVEY", "COSTAVERDE", "COURTEMANCHE", "D'ALBRESPY", "D'HAUTEFEUILLE",
    "DA CRUZEIRO", "DAGORNET", "DAMBREVILLE", "DE LA VARENDE", "DE SOUZINHA", "DELABROSSE", "DESMARETZ",
    "DIABATHÉ", "DIALLOBÉ", "DOULCET", "DUBREUILH", "DUCŒUR", "ECHEVARNE", "EL MANSOURIA", "ESCALIÈRE",
    "ÉTCHEVERRIA", "FALCOËT", "FAUVELLIÈRE", "FERRANDINI", "FONTEVIVE", "FOURNILLON", "GADÉHAN",
    "GARRIGOU-LAUZE", "GAUTHERON", "GOËLLEC", "GONÇALVÃES", "GRANDCLÉMENT", "GRÉVILLON", "GUÉROUËT",
    "HADJERAS", "HAUTECŒUR", "HÉRIBEL", "HOUDEVILLE", "HUYNH-LÊ", "ISAMBOUR", "JACQUEMINOT", "JOUVENCEL",
    "KABORÉA", "KERGOËT", "KONATHÉ", "KOUYATHÉ", "L'ÉVÊQUE", "LABROUSSE-VIGNE", "LACHENAL", "LANDEMAINE",
    "LE BIHANNIC", "LE GOFFIC", "LECŒUVRE", "LEPRÊTREL", "LESCARMURE", "LOUVIGNY", "MAHÉVAS", "MALFILÂTRE",
    "MARTINHACO", "MBEMBÉLO", "MÉHAIGNE", "MENDOUZA", "MONTÉLIAN", "MOREIRINHA", "N'DIAYAN", "N'GUESSANE",
    "NOËLLET", "NOVAKOVA", "ODIERNE", "OUÉDRANGO", "PASQUEREAU", "PELLETERAT", "PÉRONNEAU", "PHAMVAN",
    "PLANCHENAULT", "PRÉVOSTEL", "QUÉMÉRAIS", "RABOUILLE", "RAKOTONIRINA", "RÉMUSAND", "RIBEIRINHO",
    "ROCHEBRUNE", "SAADOUNI", "SAINT-ÉVREMONT", "SANGARÉA", "SÉNÉCHALLE", "SOULEYMANI", "TAILLEFER-ROUX",
    "TCHANGANG", "THIBERVILLE", "TRAN-DUC", "TRAORÉA", "VALDEBOUZE", "VANDERMŒRE", "VAUQUELINE",
    "VIEILLECHÈZE", "WYSOCZKA", "YACOUBIAN", "YILDIRAN", "ZAKARIANE", "ZÉPHIRIN",
)  # fmt: skip

GIVEN_NAMES = (
    "Abel", "Adama", "Adèle", "Aïcha", "Albane", "Alexis", "Alix", "Alma", "Amadou", "Ambre", "Anaëlle",
    "Andréa", "Anouk", "Antonin", "Apolline", "Armand", "Assia", "Augustin", "Aurèle", "Axelle", "Aya",
    "Baptiste", "Basile", "Bérénice", "Binta", "Brune", "Camille", "Capucine", "Célestin", "Charlie",
    "Chloé", "Clémence", "Côme", "Constance", "Corentin", "Cyprien", "Dalia", "Daphné", "Diego", "Djibril",
    "Éléonore", "Élias", "Éloïse", "Emine", "Emma", "Enzo", "Erwan", "Esteban", "Eulalie", "Faustine",
    "Félix", "Fatoumata", "Gaëlle", "Gaspard", "Gustave", "Hanaé", "Héloïse", "Hugo", "Ilyès", "Imane",
    "Inès", "Ismaël", "Jade", "Jean-Noël", "Joachim", "Joséphine", "Jules", "Kadiatou", "Kenza", "Khadija",
    "Kilian", "Léandre", "Léonie", "Lilou", "Lina", "Linh", "Loïc", "Louise", "Lubin", "Ludivine", "Maëlys",
    "Maëva", "Malo", "Manon", "Marceau", "Marie-Lou", "Mathéo", "Maxence", "Mehdi", "Mélina", "Moussa",
    "Naël", "Naïm", "Nolwenn", "Noé", "Océane", "Octave", "Oscar", "Ousmane", "Pauline", "Philomène",
    "Priya", "Quentin", "Rayan", "Romane", "Rose-Aimée", "Sacha", "Salomé", "Samy", "Sarah", "Sevda",
    "Sofiane", "Solène", "Soumaya", "Tanguy", "Théophile", "Thi-Mai", "Timéo", "Titouan", "Ulysse",
    "Valentine", "Violette", "Wassim", "Yanis", "Yuna", "Zacharie", "Zélie", "Zoé",
)  # fmt: skip

ADULT_GIVEN_NAMES = (
    "Agnès", "Ahmed", "Alain", "Amélie", "Ana Paula", "Anne-Laure", "Aurélie", "Béatrice", "Benoît",
    "Carlos", "Cécile", "Cédric", "Claire", "Delphine", "Denis", "Élodie", "Émilie", "Éric", "Fabienne",
    "Fatima", "François", "Frédéric", "Gaëtan", "Géraldine", "Grégory", "Hélène", "Hervé", "Isabelle",
    "Jérôme", "Joël", "Karim", "Laëtitia", "Laurent", "Leïla", "Ludovic", "Malika", "Mamadou", "Marie-Ève",
    "Mickaël", "Nadège", "Nicolas", "Odile", "Olivier", "Patrice", "Rachid", "Raphaël", "Régine",
    "Rodrigue", "Sandrine", "Sébastien", "Stéphanie", "Sylvain", "Tuan", "Valérie", "Yann",
)  # fmt: skip

WOMEN_GIVEN_NAMES = frozenset(
    (
        "Agnès", "Amélie", "Ana Paula", "Anne-Laure", "Aurélie", "Béatrice", "Cécile", "Claire", "Delphine",
        "Élodie", "Émilie", "Fabienne", "Fatima", "Géraldine", "Hélène", "Isabelle", "Laëtitia", "Leïla",
        "Malika", "Marie-Ève", "Nadège", "Odile", "Régine", "Sandrine", "Stéphanie", "Valérie",
    )
)  # fmt: skip

SCHOOL_NAMES = (
    "des Deux Rivières", "du Grand Cèdre", "de la Falaise Blanche", "des Quatre Moulins", "du Vieux Phare",
    "des Ormeraies", "de la Croix du Sud", "du Clos Fleuri", "des Trois Clochers", "de l'Étang Bleu",
    "du Bois Joli", "des Hautes Rives", "de la Baie Claire", "du Pressoir", "des Sept Fontaines",
    "du Chemin Vert", "de la Tour Carrée", "des Pommeraies", "du Val Fleury", "de l'Horloge",
    "des Grands Prés", "du Petit Port", "de la Rose des Vents", "du Canal",
)  # fmt: skip

TOWNS = (
    "Ablonville", "Bréhannes", "Carquelin", "Dormeuil-sur-Mer", "Esquerville", "Fontaine-le-Pin",
    "Grandlieu-les-Ormes", "Hauterive-sur-Aune", "Isneville", "Jumeaux-le-Vieux", "Lormerie",
    "Montfréville", "Noirpré", "Orbigneau", "Pont-aux-Saules", "Quincerot-la-Mer", "Rouvray-le-Neuf",
    "Saint-Aubrac", "Tourneville", "Vaucresnes",
)  # fmt: skip
