from __future__ import annotations

from django.urls import path

from tuoke.spine.catalog.views import competitors, products, sources

app_name = "catalog"
urlpatterns = [
    path("products/", products.index, name="products"),
    path("products/new/", products.new_product, name="product_new"),
    path("products/<int:pk>/", products.product, name="product"),
    path("products/<int:pk>/edit/", products.edit_product, name="product_edit"),
    path("products/<int:pk>/close/", products.close_product, name="product_close"),
    path("products/<int:pk>/reopen/", products.reopen_product, name="product_reopen"),
    path("competitors/", competitors.index, name="competitors"),
    path("competitors/new/", competitors.new_competitor, name="competitor_new"),
    path("competitors/<int:pk>/", competitors.competitor, name="competitor"),
    path("competitors/<int:pk>/edit/", competitors.edit_competitor, name="competitor_edit"),
    path("competitors/<int:pk>/void/", competitors.void_competitor, name="competitor_void"),
    path("competitors/<int:pk>/restore/", competitors.restore_competitor, name="competitor_restore"),
    path("sources/", sources.index, name="sources"),
    path("sources/new/", sources.new_source, name="source_new"),
    path("sources/<int:pk>/", sources.source, name="source"),
    path("sources/<int:pk>/edit/", sources.edit_source, name="source_edit"),
    path("sources/<int:pk>/close/", sources.close_source, name="source_close"),
    path("sources/<int:pk>/reopen/", sources.reopen_source, name="source_reopen"),
    path("sources/<int:pk>/costs/new/", sources.new_cost, name="cost_new"),
    path("costs/<int:pk>/edit/", sources.edit_cost, name="cost_edit"),
    path("costs/<int:pk>/void/", sources.void_cost, name="cost_void"),
    path("costs/<int:pk>/restore/", sources.restore_cost, name="cost_restore"),
]
