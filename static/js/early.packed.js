import{v as o}from"./store.packed.js";o();
