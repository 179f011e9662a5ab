"""决策链与采购标准: who decides by what (S4.4), and what is known from earlier deals."""
