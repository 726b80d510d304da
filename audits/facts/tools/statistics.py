"""Functions of R and Julia that fit a model: `package::function`, or `Module.function` in Julia.

Families as in `substance.py`; `analysis` are regressions fitted to explain. R's `stats` needs no
import, and a name counts only where its package is attached somewhere, or is written before it.
"""

R_LEARNERS = {
    "classical": (
        # Trees, margins, penalties, neighbours
        "glmnet::glmnet", "glmnet::cv.glmnet", "xgboost::xgboost", "xgboost::xgb.train",
        "xgboost::xgb.cv", "randomForest::randomForest", "ranger::ranger", "lightgbm::lgb.train",
        "lightgbm::lightgbm", "lightgbm::lgb.cv", "catboost::catboost.train", "gbm::gbm",
        "rpart::rpart", "party::ctree", "party::cforest", "partykit::ctree", "partykit::cforest",
        "C50::C5.0", "Cubist::cubist", "earth::earth", "bst::bst", "mboost::mboost",
        "mboost::glmboost", "mboost::gamboost", "randomForestSRC::rfsrc", "grf::causal_forest",
        "grf::regression_forest", "grf::probability_forest", "quantregForest::quantregForest",
        "e1071::svm", "e1071::naiveBayes", "e1071::tune", "kernlab::ksvm", "kernlab::gausspr",
        "class::knn", "kknn::kknn", "kknn::train.kknn", "klaR::NaiveBayes", "MASS::lda",
        "MASS::qda", "naivebayes::naive_bayes", "nnet::nnet", "bartMachine::bartMachine",
        "dbarts::bart", "dbarts::bart2", "BART::wbart", "BART::pbart", "isotree::isolation.forest",
        # Suites
        "caret::train", "caretEnsemble::caretList", "parsnip::fit", "parsnip::fit_xy",
        "workflows::fit", "tidymodels::fit", "tune::tune_grid", "tune::tune_bayes",
        "tune::fit_resamples", "tune::last_fit", "workflowsets::workflow_map",
        "finetune::tune_race_anova", "stacks::fit_members", "mlr3::train", "mlr3::resample",
        "mlr3::benchmark", "mlr::train", "mlr::resample", "h2o::h2o.randomForest", "h2o::h2o.gbm",
        "h2o::h2o.glm", "h2o::h2o.xgboost", "h2o::h2o.automl", "h2o::h2o.stackedEnsemble",
        "SuperLearner::SuperLearner", "sparklyr::ml_random_forest",
        "sparklyr::ml_logistic_regression", "sparklyr::ml_gbt_classifier",
        # Groups and topics
        "stats::kmeans", "mclust::Mclust", "cluster::pam", "dbscan::dbscan", "flexmix::flexmix",
        "topicmodels::LDA", "stm::stm", "quanteda.textmodels::textmodel_nb",
        "recommenderlab::Recommender", "fastrtext::execute",
        # Series
        "prophet::prophet", "prophet::fit.prophet", "forecast::auto.arima", "forecast::Arima",
        "forecast::ets", "forecast::tbats", "forecast::bats", "forecast::nnetar",
        "forecast::tslm", "forecast::stlf", "stats::arima", "stats::HoltWinters", "fable::model",
        "fabletools::model", "fpp3::model", "modeltime::modeltime_fit_resamples", "vars::VAR",
        "rugarch::ugarchfit", "KFAS::fitSSM", "bsts::bsts", "CausalImpact::CausalImpact",
        "surveillance::hhh4", "surveillance::nowcast", "EpiNow2::epinow",
        "EpiNow2::regional_epinow", "EpiNow2::estimate_infections",
        "EpiNow2::estimate_secondary", "EpiNow2::estimate_truncation", "epinowcast::epinowcast",
        # Smooth terms, programs of probability
        "mgcv::gam", "mgcv::bam", "mgcv::gamm", "gamm4::gamm4", "scam::scam", "gamlss::gamlss",
        "VGAM::vgam", "INLA::inla", "inlabru::bru", "sdmTMB::sdmTMB", "rstan::stan",
        "rstan::sampling", "rstan::stan_model", "cmdstanr::cmdstan_model",
        "stantargets::tar_stan_mcmc", "rjags::jags.model", "R2jags::jags", "runjags::run.jags",
        "jagsUI::jags", "jagstargets::tar_jags", "nimble::nimbleMCMC", "nimble::buildMCMC",
        "greta::mcmc",
        # Animals and places
        "dismo::maxent", "maxnet::maxnet", "biomod2::BIOMOD_Modeling", "ENMeval::ENMevaluate",
        "momentuHMM::fitHMM", "moveHMM::fitHMM", "depmixS4::fit", "ctmm::ctmm.select",
        "ctmm::ctmm.fit", "crawl::crwMLE", "gstat::krige",
    ),
    "deep": (
        "keras::fit", "keras3::fit", "torch::nn_module", "luz::fit", "tensorflow::fit",
        "brulee::brulee_mlp", "neuralnet::neuralnet", "h2o::h2o.deeplearning",
        "tabnet::tabnet_fit", "RSNNS::mlp",
    ),
    "analysis": (
        "stats::lm", "stats::glm", "stats::nls", "lme4::lmer", "lme4::glmer", "lme4::glmer.nb",
        "lme4::nlmer", "lmerTest::lmer", "glmmTMB::glmmTMB", "nlme::lme", "nlme::gls",
        "nlme::nlme", "spaMM::fitme", "MASS::polr", "MASS::glm.nb", "MASS::rlm", "MASS::glmmPQL",
        "MCMCglmm::MCMCglmm", "brms::brm", "rstanarm::stan_glm", "rstanarm::stan_glmer",
        "rstanarm::stan_lmer", "rstanarm::stan_gamm4", "survival::coxph", "survival::survreg",
        "survival::clogit", "coxme::coxme", "flexsurv::flexsurvreg", "cmprsk::crr", "rms::lrm",
        "rms::cph", "rms::ols", "amt::fit_issf", "amt::fit_clogit", "amt::fit_ssf",
        "amt::fit_rsf", "amt::fit_logit", "TwoStepCLogit::Ts.estim", "unmarked::occu",
        "unmarked::pcount", "secr::secr.fit", "plm::plm", "fixest::feols", "fixest::feglm",
        "fixest::fepois", "lfe::felm", "estimatr::lm_robust", "AER::ivreg", "ivreg::ivreg",
        "did::att_gt", "pscl::zeroinfl", "pscl::hurdle", "nnet::multinom", "ordinal::clm",
        "ordinal::clmm", "geepack::geeglm", "betareg::betareg", "quantreg::rq",
        "robustbase::lmrob", "survey::svyglm", "speedglm::speedglm", "biglm::biglm", "lavaan::sem",
        "lavaan::cfa", "metafor::rma", "metafor::rma.mv", "spatialreg::lagsarlm",
        "spatialreg::errorsarlm", "VGAM::vglm",
    ),
}  # fmt: skip

R_PREDICTS = (
    "stats::predict", "generics::augment", "broom::augment", "brms::posterior_predict",
    "brms::posterior_epred", "rstanarm::posterior_predict", "rstanarm::posterior_epred",
    "tidybayes::add_epred_draws", "tidybayes::add_predicted_draws", "forecast::forecast",
    "fabletools::forecast", "fable::forecast", "marginaleffects::predictions",
    "terra::predict", "raster::predict", "vetiver::vetiver_predict", "amt::log_rss",
)  # fmt: skip
"""Functions that make predictions from a fitted model."""

R_ATTACHES = frozenset({"p_load", "pacman::p_load", "shelf", "librarian::shelf", "pkg_attach"})
"""Functions that attach whole lists of packages, of whose bare names only the first is read."""

JULIA_LEARNERS = {
    "classical": (
        "MLJ.fit!", "MLJ.machine", "MLJ.evaluate!", "MLJBase.fit!", "DecisionTree.fit!",
        "DecisionTree.build_forest", "DecisionTree.build_tree", "XGBoost.xgboost",
        "LightGBM.fit!", "ScikitLearn.fit!", "EvoTrees.fit_evotree", "EvoTrees.fit",
        "LIBSVM.svmtrain", "BetaML.fit!", "Clustering.kmeans", "GaussianProcesses.optimize!",
        "Turing.sample", "Turing.@model", "Gen.importance_resampling", "HMMBase.fit_mle",
        "StateSpaceModels.fit!",
    ),
    "deep": (
        "Flux.train!", "Flux.Optimise.train!", "Flux.gradient", "Flux.update!", "Flux.setup",
        "Flux.withgradient", "Lux.Training", "Lux.setup", "Knet.train!", "Zygote.gradient",
        "Zygote.pullback", "Zygote.withgradient", "Optimisers.update!", "SimpleChains.train!",
    ),
    "analysis": ("GLM.lm", "GLM.glm", "MixedModels.fit", "FixedEffectModels.reg"),
}  # fmt: skip
