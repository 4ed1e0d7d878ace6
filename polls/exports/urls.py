from django.urls import path

from .figures import figures_csv, release_csv

urlpatterns = [
    path("articles/<slug:slug>/results/figures.csv", figures_csv, name="figures-csv"),
    path("articles/<slug:slug>/releases/<int:number>/figures.csv", release_csv, name="release-csv"),
]
